//! How findings are printed, and where.

use clap::{Args, ValueEnum};

#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(in crate::cli) struct OutputFlags {
    /// How to print findings
    #[arg(long, value_enum, default_value = "human")]
    pub(in crate::cli) format: Format,
    /// Write the findings into a file, too, such as `sarif=report.sarif`; repeatable. With `-` they take stdout
    #[arg(long, value_name = "FORMAT=FILE", value_parser = report_file)]
    pub(in crate::cli) report: Vec<ReportFile>,
    /// Where people look at the files, such as `https://git.example/shop/blob/1a2b3c`: the Markdown report links there
    #[arg(long, value_name = "URL", value_parser = link_base)]
    pub(in crate::cli) link_base: Option<String>,
    /// Count findings by rule instead of listing them
    #[arg(long, conflicts_with = "format")]
    pub(in crate::cli) statistics: bool,
}

/// `--format` of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Format {
    /// With the lines of the manifest
    Human,
    /// One line each: `file:line:column: severity[code] name: message`
    Concise,
    /// The newest JSON, now json-v1
    Json,
    /// JSON whose fields are never removed or renamed
    JsonV1,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Annotations of GitHub Actions
    Github,
    /// GitLab's code quality report
    Gitlab,
    /// `JUnit` XML, a case a finding
    Junit,
    /// A comment on a pull request
    Markdown,
}

/// `--report`: a format, and where to write it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) struct ReportFile {
    pub(in crate::cli) format: Format,
    /// `-` is standard output.
    pub(in crate::cli) file: String,
}

fn report_file(text: &str) -> Result<ReportFile, String> {
    let (format, file) = text
        .split_once('=')
        .filter(|(_, file)| !file.is_empty())
        .ok_or("FORMAT=FILE, such as sarif=report.sarif")?;
    let format = Format::from_str(format, false).map_err(|_| {
        let names = Format::value_variants().iter();
        let names =
            names.filter_map(|format| Some(format.to_possible_value()?.get_name().to_owned()));
        format!(
            "a format is one of {}",
            names.collect::<Vec<_>>().join(", ")
        )
    })?;
    Ok(ReportFile {
        format,
        file: file.to_owned(),
    })
}

/// `--report`.
fn link_base(text: &str) -> Result<String, String> {
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    // Nothing that would end a link in Markdown.
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~:/%@+=,".contains(&b);
    match rest {
        Some(rest) if !rest.is_empty() && rest.bytes().all(is_plain) => {
            Ok(text.trim_end_matches('/').to_owned())
        }
        _ => Err("an address such as https://git.example/shop/blob/1a2b3c".to_owned()),
    }
}
