//! As much of HTTP/2 as a stub needs: one request read, one answer written (RFC 9113, RFC 7541).
//!
//! The client is HAProxy, which compresses headers without Huffman codes and without a table of its own, and sends them in one
//! frame. Anything else is an error, so that it cannot pass for an answer.

use std::io::{self, Read, Write};

use super::stub::Head;

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

const HEADERS: u8 = 1;
const SETTINGS: u8 = 4;
const GOAWAY: u8 = 7;

const ACK: u8 = 1;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;
const PADDED: u8 = 8;
const PRIORITY: u8 = 32;

/// Names of the static table, from 1 (RFC 7541, appendix A).
const NAMES: &str = ":authority :method :method :path :path :scheme :scheme \
    :status :status :status :status :status :status :status \
    accept-charset accept-encoding accept-language accept-ranges accept access-control-allow-origin age allow authorization \
    cache-control content-disposition content-encoding content-language content-length content-location content-range \
    content-type cookie date etag expect expires from host if-match if-modified-since if-none-match if-range \
    if-unmodified-since last-modified link location max-forwards proxy-authenticate proxy-authorization range referer refresh \
    retry-after server set-cookie strict-transport-security transfer-encoding user-agent vary via www-authenticate";

/// Values of the static table that a request can use.
const VALUES: &[(usize, &str)] = &[
    (2, "GET"),
    (3, "POST"),
    (4, "/"),
    (5, "/index.html"),
    (6, "http"),
    (7, "https"),
    (16, "gzip, deflate"),
];

/// Reads the preface and frames up to the first request: its stream and its head.
pub(super) fn read(stream: &mut (impl Read + Write)) -> io::Result<(u32, Head)> {
    let mut preface = [0; PREFACE.len()];
    stream.read_exact(&mut preface)?;
    if preface != PREFACE {
        return Err(bad("not the preface of HTTP/2"));
    }
    stream.write_all(&frame(SETTINGS, 0, 0, &[]))?;
    loop {
        let mut start = [0; 9];
        stream.read_exact(&mut start)?;
        let [high, middle, low, kind, flags, id @ ..] = start;
        let length = u32::from_be_bytes([0, high, middle, low]);
        let id = u32::from_be_bytes(id);
        let mut payload = vec![0; usize::try_from(length).map_err(io::Error::other)?];
        stream.read_exact(&mut payload)?;
        match kind {
            HEADERS if flags & (END_HEADERS | PADDED) == END_HEADERS => {
                let skipped = if flags & PRIORITY == 0 { 0 } else { 5 };
                let block = payload.get(skipped..).ok_or_else(|| bad("a short frame"))?;
                return Ok((id, decode(block)?));
            }
            HEADERS => return Err(bad("headers in several frames, or padded")),
            SETTINGS if flags & ACK == 0 => stream.write_all(&frame(SETTINGS, ACK, 0, &[]))?,
            _ => {}
        }
    }
}

/// Answers 200 with one header, and says that no other stream will be served.
pub(super) fn answer(stream: &mut impl Write, id: u32, name: &str, value: &str) -> io::Result<()> {
    // `:status: 200` is the eighth entry of the table; 0 begins a header that is not to be remembered.
    let mut block = vec![0x88, 0];
    for text in [name, value] {
        write_length(&mut block, text.len());
        block.extend_from_slice(text.as_bytes());
    }
    let mut last = id.to_be_bytes().to_vec();
    last.extend_from_slice(&[0; 4]);
    let mut bytes = frame(HEADERS, END_HEADERS | END_STREAM, id, &block);
    bytes.extend(frame(GOAWAY, 0, 0, &last));
    stream.write_all(&bytes)
}

fn frame(kind: u8, flags: u8, id: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).expect("short").to_be_bytes();
    let mut bytes = length[1..].to_vec();
    bytes.extend([kind, flags]);
    bytes.extend(id.to_be_bytes());
    bytes.extend(payload);
    bytes
}

/// A header block.
fn decode(mut block: &[u8]) -> io::Result<Head> {
    let mut head = Head::default();
    while let Some(&first) = block.first() {
        let (prefix, indexed) = match first {
            0x80.. => (7, true),
            0x40..0x80 => (6, false),
            0x20..0x40 => {
                number(&mut block, 5)?; // the size of a table that is not used
                continue;
            }
            _ => (4, false),
        };
        let index = number(&mut block, prefix)?;
        let name = match index {
            0 => text(&mut block)?,
            _ => NAMES
                .split_whitespace()
                .nth(index - 1)
                .ok_or_else(|| bad("a header of a table that we do not keep"))?
                .to_owned(),
        };
        let value = if indexed {
            let known = VALUES.iter().find(|(known, _)| *known == index);
            known.map_or_else(String::new, |(_, value)| (*value).to_owned())
        } else {
            text(&mut block)?
        };
        match name.as_str() {
            ":path" => head.path = value,
            ":authority" => head.add("host", &value),
            "host" if head.headers.contains_key("host") => {}
            _ => head.add(&name, &value),
        }
    }
    Ok(head)
}

/// An integer whose first byte has `prefix` bits for it (RFC 7541, section 5.1).
fn number(block: &mut &[u8], prefix: u32) -> io::Result<usize> {
    let full = (1_usize << prefix) - 1;
    let mut value = usize::from(byte(block)?) & full;
    if value < full {
        return Ok(value);
    }
    for shift in [0, 7, 14] {
        let next = byte(block)?;
        value += usize::from(next & 0x7f) << shift;
        if next & 0x80 == 0 {
            return Ok(value);
        }
    }
    Err(bad("a number that is too large"))
}

fn text(block: &mut &[u8]) -> io::Result<String> {
    if block.first().is_some_and(|first| first & 0x80 != 0) {
        return Err(bad("a Huffman code"));
    }
    let length = number(block, 7)?;
    let (text, rest) = block
        .split_at_checked(length)
        .ok_or_else(|| bad("a short header"))?;
    *block = rest;
    Ok(String::from_utf8_lossy(text).into_owned())
}

fn byte(block: &mut &[u8]) -> io::Result<u8> {
    let (first, rest) = block.split_first().ok_or_else(|| bad("a short header"))?;
    *block = rest;
    Ok(*first)
}

/// The length of a text, with seven bits in its first byte.
fn write_length(block: &mut Vec<u8>, length: usize) {
    let low = |value: usize| u8::try_from(value & 0x7f).expect("seven bits");
    if length < 127 {
        block.push(low(length));
        return;
    }
    block.push(127);
    let mut rest = length - 127;
    while rest >= 128 {
        block.push(low(rest) | 0x80);
        rest >>= 7;
    }
    block.push(low(rest));
}

fn bad(what: &'static str) -> io::Error {
    io::Error::other(what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_written_as_they_are_read() {
        for length in [0, 1, 126, 127, 128, 254, 255, 300, 16_383, 20_000] {
            let mut block = Vec::new();
            write_length(&mut block, length);
            let mut rest = block.as_slice();
            assert_eq!(number(&mut rest, 7).expect("a number"), length);
            assert!(rest.is_empty(), "{length}");
        }
    }
}
