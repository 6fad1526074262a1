//! Runs a program and says what it cost.
//!
//! In: a command. Out: wall time, the time of its threads and peak memory. The kernel's own account of the process is asked (`wait4`), since a reading of
//! `/proc` comes too early or too late. That account starts with what the parent held at the fork, so the ladder must stay small.

use std::error::Error;
use std::mem::MaybeUninit;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What a run cost.
#[derive(Clone, Copy)]
pub(crate) struct Cost {
    /// From the start of the process to its end.
    pub(crate) time: Duration,
    /// What its threads took of the processors, which other programs of the machine make no longer.
    pub(crate) work: Duration,
    /// The most memory that was resident at once, in bytes.
    pub(crate) peak: u64,
}

impl Cost {
    /// What any run beats.
    pub(crate) const WORST: Self = Self {
        time: Duration::MAX,
        work: Duration::MAX,
        peak: u64::MAX,
    };

    /// The smaller of each.
    pub(crate) fn best(self, other: Self) -> Self {
        Self {
            time: self.time.min(other.time),
            work: self.work.min(other.work),
            peak: self.peak.min(other.peak),
        }
    }
}

/// Runs it to its end. Anything but success is an error: a program that gave up early would win every comparison.
pub(crate) fn run(command: &mut Command) -> Result<Cost, Box<dyn Error>> {
    command.stdin(Stdio::null()).stdout(Stdio::null());
    let start = Instant::now();
    let child = command
        .spawn()
        .map_err(|error| format!("{}: {error}", command.get_program().display()))?;
    let (success, work, peak) = wait(i32::try_from(child.id())?)?;
    let time = start.elapsed();
    if !success {
        return Err(format!("this failed: {command:?}").into());
    }
    Ok(Cost { time, work, peak })
}

/// Waits for a child: whether it succeeded, the time of its threads, and its peak in bytes.
#[expect(
    unsafe_code,
    reason = "the standard library waits without asking for the usage"
)]
fn wait(child: i32) -> std::io::Result<(bool, Duration, u64)> {
    let mut status = 0;
    let mut usage = MaybeUninit::<libc::rusage>::uninit();
    // SAFETY: both pointers are to places of their types that live through the call.
    let waited = unsafe { libc::wait4(child, &raw mut status, 0, usage.as_mut_ptr()) };
    if waited != child {
        return Err(std::io::Error::last_os_error());
    }
    // SAFETY: the kernel filled it, since the call succeeded.
    let usage = unsafe { usage.assume_init() };
    let spent = |time: libc::timeval| {
        Duration::from_secs(u64::try_from(time.tv_sec).unwrap_or(0))
            + Duration::from_micros(u64::try_from(time.tv_usec).unwrap_or(0))
    };
    let work = spent(usage.ru_utime) + spent(usage.ru_stime);
    // Linux counts in units of 1,024 bytes.
    let peak = u64::try_from(usage.ru_maxrss).unwrap_or(0) * 1_024;
    Ok((
        libc::WIFEXITED(status) && libc::WEXITSTATUS(status) == 0,
        work,
        peak,
    ))
}
