//! What became of the tests: values that all formats are made of.

use super::files::TestFile;
use crate::cli::journey::Journey;
use crate::expect::{Ask, Case, Coverage, Difference, Found, Test};
use crate::source::{Origin, Sources};

/// All of a run.
#[derive(Default)]
pub(super) struct Results {
    /// By manifests.
    pub(super) groups: Vec<Asked>,
    /// Some tests were left out by their name.
    pub(super) filtered: bool,
    /// The least coverage in percent.
    pub(super) min_coverage: Option<u8>,
}

/// The files that are about the same manifests.
pub(super) struct Asked {
    pub(super) journey: Journey,
    pub(super) suites: Vec<Suite>,
    pub(super) coverage: Coverage,
}

/// A file.
pub(super) struct Suite {
    pub(super) name: String,
    pub(super) sources: Sources,
    pub(super) outcomes: Vec<Outcome>,
}

/// A request or connection of a test, and what became of it.
pub(super) struct Outcome {
    /// What was asked.
    pub(super) title: String,
    /// What its author calls it.
    pub(super) name: Option<String>,
    /// The test in its file.
    pub(super) origin: Origin,
    /// Why it was not asked.
    pub(super) skipped: Option<&'static str>,
    /// Why there was nothing to ask, which is a mistake of the test's.
    pub(super) impossible: Option<&'static str>,
    /// What is expected and the simulator does not know, as differences call it.
    pub(super) unknown: Vec<String>,
    /// What the simulator says, and where that is not what was expected.
    pub(super) simulated: Option<(Found, Vec<Difference>)>,
    /// The same of a live HAProxy; the text is why it could not be asked.
    pub(super) live: Option<Result<(Found, Vec<Difference>), String>>,
}

/// How many tests came to which end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Numbers {
    pub(super) tests: usize,
    pub(super) passed: usize,
    /// Of those that passed: what was expected is not known without a live HAProxy, in part.
    pub(super) in_part: usize,
    pub(super) failed: usize,
    pub(super) skipped: usize,
}

impl Results {
    pub(super) fn add(&mut self, journey: Journey, suites: Vec<Suite>, coverage: Coverage) {
        self.groups.push(Asked {
            journey,
            suites,
            coverage,
        });
    }

    pub(super) fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    pub(super) fn numbers(&self) -> Numbers {
        let suites = self.groups.iter().flat_map(|group| &group.suites);
        let each = suites.map(Suite::numbers);
        each.fold(Numbers::default(), |sum, numbers| Numbers {
            tests: sum.tests + numbers.tests,
            passed: sum.passed + numbers.passed,
            in_part: sum.in_part + numbers.in_part,
            failed: sum.failed + numbers.failed,
            skipped: sum.skipped + numbers.skipped,
        })
    }

    /// How many routes there are, how many were met, and the share in percent.
    pub(super) fn coverage(&self) -> (usize, usize, u8) {
        let groups = self.groups.iter().map(|group| &group.coverage);
        let (routes, met) = groups.fold((0, 0), |(routes, met), coverage| {
            (routes + coverage.routes().len(), met + coverage.met())
        });
        let percent = (met * 100).checked_div(routes).unwrap_or(100);
        (routes, met, u8::try_from(percent).unwrap_or(100))
    }

    /// Whether fewer routes were met than there have to be.
    pub(super) fn uncovered(&self) -> bool {
        let (.., percent) = self.coverage();
        self.min_coverage.is_some_and(|least| percent < least)
    }
}

impl Suite {
    pub(super) fn new(file: &TestFile) -> Self {
        let mut sources = Sources::default();
        let text = file.sources.file(TestFile::id());
        sources.add(text.with_text(text.text.clone()));
        Self {
            name: file.name.clone(),
            sources,
            outcomes: Vec::new(),
        }
    }

    /// What a test is called that is for each of something that is not there.
    pub(super) fn title_of_none(test: &Test) -> String {
        match &test.ask {
            Ask::Request { request, .. } => {
                format!("{} {} for each host", request.method, request.target)
            }
            Ask::Connection { .. } => "for each host".to_owned(),
        }
    }

    /// A test for each of something that is not there.
    pub(super) fn nothing_to_ask(&mut self, test: &Test) {
        self.outcomes.push(Outcome {
            title: Self::title_of_none(test),
            name: test.name.clone(),
            origin: test.origin,
            skipped: None,
            impossible: Some("no rule names a host, so there is nothing to ask for"),
            unknown: Vec::new(),
            simulated: None,
            live: None,
        });
    }

    pub(super) fn numbers(&self) -> Numbers {
        let count = |is: fn(&Outcome) -> bool| self.outcomes.iter().filter(|it| is(it)).count();
        let (failed, skipped) = (count(Outcome::has_failed), count(|it| it.skipped.is_some()));
        Numbers {
            tests: self.outcomes.len(),
            passed: self.outcomes.len() - failed - skipped,
            in_part: count(Outcome::is_in_part),
            failed,
            skipped,
        }
    }
}

impl Outcome {
    pub(super) fn new(case: &Case<'_>, title: String) -> Self {
        Self {
            title,
            name: case.test.name.clone(),
            origin: case.test.origin,
            skipped: None,
            impossible: None,
            unknown: Vec::new(),
            simulated: None,
            live: None,
        }
    }

    pub(super) fn is_asked(&self) -> bool {
        self.skipped.is_none()
    }

    /// What the simulator cannot know is no failure of a test, but of its author: it could never fail.
    pub(super) fn unsure(&self) -> Option<&'static str> {
        let (found, _) = self.simulated.as_ref()?;
        found.unsure
    }

    pub(super) fn has_failed(&self) -> bool {
        let wrong = |asked: &(Found, Vec<Difference>)| !asked.1.is_empty();
        let live = match &self.live {
            None => false,
            Some(Err(_)) => true,
            Some(Ok(asked)) => wrong(asked),
        };
        self.impossible.is_some()
            || self.simulated.as_ref().is_some_and(wrong)
            || live
            || self.unsure().is_some()
    }
}

impl Outcome {
    /// Whether it passed as far as the simulator knows, and no further.
    pub(super) fn is_in_part(&self) -> bool {
        self.live.is_none() && !self.has_failed() && !self.unknown.is_empty()
    }

    /// What each of the two found to be otherwise.
    pub(super) fn differences(&self) -> impl Iterator<Item = (&'static str, &[Difference])> {
        let simulated = self.simulated.iter();
        let simulated = simulated.map(|(_, differences)| ("simulator", &differences[..]));
        let live = self.live.iter().filter_map(|live| live.as_ref().ok());
        simulated.chain(live.map(|(_, differences)| ("haproxy", &differences[..])))
    }

    /// The same, each matter once.
    pub(super) fn differing(&self) -> Vec<&Difference> {
        let mut differing: Vec<&Difference> = Vec::new();
        for difference in self.differences().flat_map(|(_, differences)| differences) {
            if !differing.iter().any(|known| known.what == difference.what) {
                differing.push(difference);
            }
        }
        differing
    }

    /// What `by` found, for a row of a table: what it found to be otherwise, or else what was expected.
    pub(super) fn cell(&self, by: &str, difference: &Difference) -> String {
        let Some((_, own)) = self.differences().find(|(name, _)| *name == by) else {
            return "not asked".to_owned();
        };
        if by == "simulator" && self.unknown.contains(&difference.what) {
            return "not known".to_owned();
        }
        let same = own.iter().find(|other| other.what == difference.what);
        same.map_or_else(|| difference.expected.clone(), |other| other.found.clone())
    }

    /// `passed`, `failed` or `skipped`.
    pub(super) fn result(&self) -> &'static str {
        match (self.skipped, self.has_failed()) {
            (Some(_), _) => "skipped",
            (_, true) => "failed",
            (_, false) => "passed",
        }
    }

    /// Why it was skipped, passed in part only, or failed without an answer that could be compared.
    pub(super) fn reason(&self) -> Option<String> {
        if let Some(why) = self.skipped {
            return Some(why.to_owned());
        }
        if let Some(why) = self.impossible {
            return Some(why.to_owned());
        }
        if self.is_in_part() {
            return Some(format!(
                "not known without --live: {}",
                self.unknown.join(", ")
            ));
        }
        if let Some(Err(why)) = &self.live {
            return Some(format!("haproxy: {why}"));
        }
        let why = self.unsure()?;
        Some(format!(
            "the simulator cannot tell, as {why}: add `only: live`"
        ))
    }
}

impl Results {
    /// How many manifests could not be read, so that nobody knows what they route.
    pub(super) fn unread(&self) -> usize {
        let journeys = self.groups.iter().map(|group| &group.journey);
        let findings = journeys.flat_map(|journey| &journey.judged.findings);
        findings.filter(|it| it.code.is_unread()).count()
    }

    /// Whether no live HAProxy was asked.
    pub(super) fn without_live(&self) -> bool {
        let suites = self.groups.iter().flat_map(|group| &group.suites);
        let mut outcomes = suites.flat_map(|suite| &suite.outcomes);
        outcomes.all(|outcome| outcome.live.is_none())
    }
}
