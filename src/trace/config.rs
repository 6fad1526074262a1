//! Lines of the files that would be written: which sections take part, which lines of the maps, and what the sections say in the end.
//!
//! In: a bundle. Out: numbers of lines, from 1, and values. Reading the file rather than the model makes the answer that of HAProxy,
//! the operator's own lines included.

use super::{Entry, View};
use crate::emit::{Bundle, CONFIG, CRT_LIST};

/// The text of `haproxy.cfg`, and the files beside it.
#[derive(Clone, Copy)]
pub(super) struct Config<'b> {
    bundle: &'b Bundle,
    lines: &'b str,
}

impl<'b> Config<'b> {
    pub(super) fn of(bundle: &'b Bundle) -> Option<Self> {
        let lines = text(bundle, CONFIG)?;
        Some(Self { bundle, lines })
    }

    /// The first and the last line of a section, counted from 1. An empty line before another section, or a comment about one, ends it.
    pub(super) fn section(&self, title: &str) -> Option<(usize, usize)> {
        let first = self.lines.lines().position(|line| is_titled(line, title))?;
        let body = self.lines.lines().skip(first + 1);
        let body = body.take_while(|line| line.is_empty() || line.starts_with([' ', '\t', '.']));
        let mut last = first;
        for (index, line) in body.enumerate() {
            if !line.is_empty() {
                last = first + 1 + index;
            }
        }
        Some((first + 1, last + 1))
    }

    /// The lines of a section, and the title of the one that it names after `from`.
    fn read(&self, title: &str) -> Option<(Vec<&'b str>, Option<String>)> {
        let (first, last) = self.section(title)?;
        let mut lines = self.lines.lines().skip(first - 1).take(last + 1 - first);
        let head = lines.next()?;
        let above = head.split(' ').skip_while(|word| *word != "from").nth(1);
        let above = above.map(|name| format!("defaults {name}"));
        Some((lines.map(str::trim).collect(), above))
    }

    /// What `keyword` is set to in a section, or above it: the rest of the last line that begins so.
    pub(super) fn setting(&self, title: &str, keyword: &str) -> Option<&'b str> {
        let mut title = title.to_owned();
        // A chain of defaults is as long as there are kinds of them: base, mode, policy.
        for _ in 0..8 {
            let (lines, above) = self.read(&title)?;
            let mut set = lines.iter().rev().filter_map(|line| {
                let rest = line.strip_prefix(keyword)?;
                (rest.is_empty() || rest.starts_with(' ')).then(|| rest.trim())
            });
            if let Some(value) = set.next() {
                return Some(value);
            }
            title = above?;
        }
        None
    }

    /// What follows `word` in the lines of `keyword`, in a section or above it: `default-server … inter 10s`.
    pub(super) fn parameter(&self, title: &str, keyword: &str, word: &str) -> Option<&'b str> {
        let mut title = title.to_owned();
        for _ in 0..8 {
            let (lines, above) = self.read(&title)?;
            let mut set = lines.iter().rev().filter_map(|line| {
                let rest = line.strip_prefix(keyword)?.strip_prefix(' ')?;
                rest.split(' ').skip_while(|it| *it != word).nth(1)
            });
            if let Some(value) = set.next() {
                return Some(value);
            }
            title = above?;
        }
        None
    }

    /// The lines of a section that hold `part`, from 1.
    pub(super) fn lines_with(&self, title: &str, part: &str) -> Vec<usize> {
        let Some((first, last)) = self.section(title) else {
            return Vec::new();
        };
        let lines = self.lines.lines().enumerate();
        let lines = lines.skip(first - 1).take(last + 1 - first);
        let found = lines.filter(|(_, line)| !line.trim_start().starts_with('#'));
        found
            .filter(|(_, line)| line.contains(part))
            .map(|(index, _)| index + 1)
            .collect()
    }

    /// The line of a map, or of the list of certificates, that begins with `key` and a blank, from 1.
    pub(super) fn entry(&self, file: &str, key: &str) -> Option<usize> {
        let lines = text(self.bundle, file)?.lines();
        let mut lines = lines.zip(1..);
        let found = lines.find(|(line, _)| {
            let rest = line.strip_prefix(key);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        });
        found.map(|(_, number)| number)
    }

    /// The line of the list of certificates that offers the file for `name`.
    pub(super) fn certificate(&self, file: &str, name: Option<&str>) -> Option<usize> {
        let mut lines = text(self.bundle, CRT_LIST)?.lines().zip(1..);
        let found = lines.find(|(line, _)| {
            let mut words = line.split(' ');
            let is_file = words.next().is_some_and(|first| first == file);
            is_file && name.is_none_or(|name| words.any(|word| word == name))
        });
        found.map(|(_, number)| number)
    }
}

/// For whom the lines are written: another version may have others.
pub(super) fn heading(view: &View<'_>) -> Entry {
    Entry::new("config", format!("written for HAProxy {}", view.haproxy))
}

fn text<'b>(bundle: &'b Bundle, file: &str) -> Option<&'b str> {
    let file = bundle.files.get(file)?;
    std::str::from_utf8(&file.bytes).ok()
}

fn is_titled(line: &str, title: &str) -> bool {
    let rest = line.strip_prefix(title);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emit::BundleFile;

    const TEXT: &str = "\
defaults d_base
    timeout server 50s
    default-server check inter 10s

# About the next one.
defaults d_pol_x from d_base
    timeout server 5s

backend shop_web_80 from d_pol_x
    balance source

    # A comment about map_str(x).
    server a 10.0.0.1:80

backend shop_web_8080 from d_base
";

    fn bundle() -> Bundle {
        let mut bundle = Bundle::default();
        let mut add = |path: &str, text: &str| {
            let file = BundleFile::public(text.as_bytes().to_vec());
            bundle.files.insert(path.to_owned(), file);
        };
        add(CONFIG, TEXT);
        add("maps/path.map", "h1/ a\nh1/x/ b\n");
        add(CRT_LIST, "certs/a.pem [alpn h2] a.io\ncerts/a.pem b.io\n");
        bundle
    }

    #[test]
    fn a_section_says_what_it_inherits() {
        let bundle = bundle();
        let config = Config::of(&bundle).expect("text");
        let web = "backend shop_web_80";
        assert_eq!(config.section("defaults d_pol_x"), Some((6, 7)));
        assert_eq!(config.section(web), Some((9, 13)));
        assert_eq!(config.section("backend shop"), None);
        assert_eq!(config.setting(web, "timeout server"), Some("5s"));
        assert_eq!(config.setting(web, "timeout connect"), None);
        assert_eq!(
            config.parameter(web, "default-server", "inter"),
            Some("10s")
        );
        assert_eq!(
            config.setting("backend shop_web_8080", "timeout server"),
            Some("50s")
        );
        assert_eq!(config.lines_with(web, "map_str"), [] as [usize; 0]);
        assert_eq!(config.lines_with(web, "server a"), [13]);
    }

    #[test]
    fn entries_of_maps_are_found_by_their_whole_key() {
        let bundle = bundle();
        let config = Config::of(&bundle).expect("text");
        assert_eq!(config.entry("maps/path.map", "h1/x/"), Some(2));
        assert_eq!(config.entry("maps/path.map", "h1/x"), None);
        assert_eq!(config.certificate("certs/a.pem", Some("b.io")), Some(2));
        assert_eq!(config.certificate("certs/a.pem", None), Some(1));
    }
}
