//! Questions and answers of DNS as bytes (RFC 1035, SRV of RFC 2782, EDNS0 of RFC 6891): as much as HAProxy speaks.
//!
//! Owner names are written as a pointer to the question's name where they are equal, and in full elsewhere.

use std::net::{Ipv4Addr, Ipv6Addr};

/// The size of an answer over UDP when the question announces none.
const CLASSIC_UDP: u16 = 512;

const TYPE_A: u16 = 1;
const TYPE_AAAA: u16 = 28;
const TYPE_SRV: u16 = 33;
const TYPE_OPT: u16 = 41;
const CLASS_IN: u16 = 1;

/// The header's length, and so where the question's name begins.
const HEADER: usize = 12;

/// What is asked for. Other types have no records here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Type {
    A,
    Aaaa,
    Srv,
    Other(u16),
}

impl Type {
    fn of(code: u16) -> Self {
        match code {
            TYPE_A => Self::A,
            TYPE_AAAA => Self::Aaaa,
            TYPE_SRV => Self::Srv,
            other => Self::Other(other),
        }
    }

    fn code(self) -> u16 {
        match self {
            Self::A => TYPE_A,
            Self::Aaaa => TYPE_AAAA,
            Self::Srv => TYPE_SRV,
            Self::Other(code) => code,
        }
    }
}

/// A question, as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Question {
    id: u16,
    /// In lower case, without the last dot.
    pub(crate) name: String,
    pub(crate) kind: Type,
    /// How many bytes an answer over UDP may have (512 without EDNS0).
    pub(crate) payload: u16,
    edns: bool,
    /// The name, the type and the class, to be repeated in the answer.
    bytes: Vec<u8>,
}

impl Question {
    /// Reads a message with one question. `None` for anything else.
    pub(crate) fn read(message: &[u8]) -> Option<Self> {
        let word = |at: usize| {
            let bytes = message.get(at..at + 2)?;
            Some(u16::from_be_bytes([bytes[0], bytes[1]]))
        };
        // A response, or another operation than a query; and not just one question.
        if word(2)? & 0xf800 != 0 || word(4)? != 1 {
            return None;
        }
        let (name, end) = read_name(message)?;
        let kind = Type::of(word(end)?);
        if word(end + 2)? != CLASS_IN {
            return None;
        }
        // The OPT record, if any, is the first additional one: an empty name, its type, and the size in place of the class.
        let edns =
            word(10)? > 0 && message.get(end + 4) == Some(&0) && word(end + 5) == Some(TYPE_OPT);
        let payload = if edns { word(end + 7)? } else { CLASSIC_UDP };
        Some(Self {
            id: word(0)?,
            name,
            kind,
            payload: payload.max(CLASSIC_UDP),
            edns,
            bytes: message.get(HEADER..end + 4)?.to_vec(),
        })
    }
}

/// The question's name, and where it ends. Questions have no pointers.
fn read_name(message: &[u8]) -> Option<(String, usize)> {
    let (mut labels, mut at) = (Vec::new(), HEADER);
    loop {
        let length = usize::from(*message.get(at)?);
        at += 1;
        match length {
            0 => return Some((labels.join("."), at)),
            1..64 => {
                let label = message.get(at..at + length)?;
                labels.push(String::from_utf8_lossy(label).to_ascii_lowercase());
                at += length;
            }
            _ => return None,
        }
    }
}

/// What a record says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Data {
    A(Ipv4Addr),
    Aaaa(Ipv6Addr),
    Srv {
        weight: u16,
        port: u16,
        target: String,
    },
}

impl Data {
    pub(crate) fn kind(&self) -> Type {
        match self {
            Self::A(_) => Type::A,
            Self::Aaaa(_) => Type::Aaaa,
            Self::Srv { .. } => Type::Srv,
        }
    }
}

/// How a question went (RFC 1035, section 4.1.1, RCODE).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Code {
    NoError = 0,
    ServFail = 2,
    NxDomain = 3,
}

/// An answer, before it is cut to fit.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) code: Code,
    pub(crate) answers: Vec<Data>,
    /// Records of other names, which the client will want next.
    pub(crate) additional: Vec<(String, Data)>,
    /// Seconds for which the records may be kept.
    pub(crate) ttl: u32,
}

impl Reply {
    /// The message. What does not fit into `limit` bytes is left out: first the additional records, without a word, since they
    /// are a courtesy; then answers, with the bit that says so.
    pub(crate) fn write(&self, question: &Question, limit: usize) -> Vec<u8> {
        let size = |count| self.message(question, count, 0, false).len();
        let fitting = (0..=self.answers.len())
            .rev()
            .find(|&count| size(count) <= limit)
            .unwrap_or(0);
        let cut = fitting < self.answers.len();
        let additional = if cut { 0 } else { self.additional.len() };
        let whole = self.message(question, fitting, additional, cut);
        if whole.len() <= limit {
            whole
        } else {
            self.message(question, fitting, 0, cut)
        }
    }

    fn message(
        &self,
        question: &Question,
        answers: usize,
        additional: usize,
        cut: bool,
    ) -> Vec<u8> {
        let mut out = Vec::with_capacity(512);
        let mut word = |value: usize| {
            let value = u16::try_from(value).expect("a message has few records");
            out.extend(value.to_be_bytes());
        };
        word(usize::from(question.id));
        // A response, authoritative, cut or not, recursion desired and available, and the code.
        word(0x8580 | usize::from(cut) << 9 | self.code as usize);
        word(1);
        word(answers);
        word(0);
        word(additional + usize::from(question.edns));
        out.extend(&question.bytes);
        for data in &self.answers[..answers] {
            // A pointer to the question's name.
            out.extend([0xc0, 0x0c]);
            write_record(&mut out, data, self.ttl);
        }
        for (name, data) in &self.additional[..additional] {
            write_name(&mut out, name);
            write_record(&mut out, data, self.ttl);
        }
        if question.edns {
            out.push(0);
            out.extend(TYPE_OPT.to_be_bytes());
            out.extend(4096_u16.to_be_bytes());
            out.extend([0; 6]);
        }
        out
    }
}

/// Type, class, time to live, length and data.
fn write_record(out: &mut Vec<u8>, data: &Data, ttl: u32) {
    out.extend(data.kind().code().to_be_bytes());
    out.extend(CLASS_IN.to_be_bytes());
    out.extend(ttl.to_be_bytes());
    let mut bytes = Vec::new();
    match data {
        Data::A(address) => bytes.extend(address.octets()),
        Data::Aaaa(address) => bytes.extend(address.octets()),
        Data::Srv {
            weight,
            port,
            target,
        } => {
            bytes.extend(0_u16.to_be_bytes()); // priority
            bytes.extend(weight.to_be_bytes());
            bytes.extend(port.to_be_bytes());
            write_name(&mut bytes, target);
        }
    }
    let length = u16::try_from(bytes.len()).expect("names are short");
    out.extend(length.to_be_bytes());
    out.extend(bytes);
}

fn write_name(out: &mut Vec<u8>, name: &str) {
    for label in name.split('.') {
        out.push(u8::try_from(label.len()).expect("labels are short"));
        out.extend(label.as_bytes());
    }
    out.push(0);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A question as HAProxy sends it; with a payload size, if any.
    fn question(payload: Option<u16>) -> Question {
        let mut bytes = vec![
            0x12,
            0x34,
            1,
            0,
            0,
            1,
            0,
            0,
            0,
            0,
            0,
            u8::from(payload.is_some()),
        ];
        write_name(&mut bytes, "Web.shop.svc");
        bytes.extend([0, 1, 0, 1]);
        if let Some(size) = payload {
            bytes.extend([0, 0, 41]);
            bytes.extend(size.to_be_bytes());
            bytes.extend([0; 6]);
        }
        Question::read(&bytes).expect("well formed")
    }

    #[test]
    fn a_question_is_read_with_its_payload_size() {
        let plain = question(None);
        assert_eq!((plain.name.as_str(), plain.kind), ("web.shop.svc", Type::A));
        assert_eq!(plain.payload, 512);
        assert_eq!(question(Some(8192)).payload, 8192);
        assert_eq!(question(Some(100)).payload, 512, "RFC 6891, 6.2.3");
        assert_eq!(Question::read(&[0; 12]), None);
    }

    #[test]
    fn what_does_not_fit_is_cut_and_said() {
        let reply = Reply {
            code: Code::NoError,
            answers: vec![Data::A(Ipv4Addr::LOCALHOST); 40],
            additional: vec![("web.shop.svc".to_owned(), Data::A(Ipv4Addr::LOCALHOST))],
            ttl: 5,
        };
        let (small, large) = (question(None), question(Some(4096)));
        let count = |message: &[u8]| (message[2] & 2 != 0, message[7], message[11]);
        // (512 - 12 header - 18 question) / 16 for each record.
        assert_eq!(count(&reply.write(&small, 512)), (true, 30, 0));
        assert_eq!(count(&reply.write(&large, 4096)), (false, 40, 2));
        let without_room = 12 + 18 + 40 * 16;
        assert_eq!(count(&reply.write(&small, without_room)), (false, 40, 0));
    }
}
