//! The system call filter that closes the network: also Unix sockets that are found by path, which a network
//! namespace does not hold back, and io_uring, whose socket operations no filter sees.

use std::collections::BTreeMap;

use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
    TargetArch,
};

/// Bits of the type argument of `socketpair` that are flags, not the type.
const TYPE_MASK: u64 = 0xf;

/// The filter. Refused calls fail with EPERM; everything else is let through.
pub(crate) fn network_filter() -> Result<BpfProgram, seccompiler::BackendError> {
    let mut rules: BTreeMap<i64, Vec<SeccompRule>> = BTreeMap::new();
    for call in [
        libc::SYS_socket,
        libc::SYS_connect,
        libc::SYS_bind,
        libc::SYS_listen,
        libc::SYS_accept,
        libc::SYS_accept4,
        libc::SYS_io_uring_setup,
        libc::SYS_io_uring_enter,
        libc::SYS_io_uring_register,
    ] {
        rules.insert(call, Vec::new());
    }
    // Pairs within the sandbox are fine, but not of datagram sockets: those can send to any address.
    let family = SeccompCondition::new(0, SeccompCmpArgLen::Dword, SeccompCmpOp::Ne, libc::AF_UNIX as u64)?;
    let datagram = SeccompCondition::new(
        1,
        SeccompCmpArgLen::Dword,
        SeccompCmpOp::MaskedEq(TYPE_MASK),
        libc::SOCK_DGRAM as u64,
    )?;
    let raw = SeccompCondition::new(
        1,
        SeccompCmpArgLen::Dword,
        SeccompCmpOp::MaskedEq(TYPE_MASK),
        libc::SOCK_RAW as u64,
    )?;
    rules.insert(
        libc::SYS_socketpair,
        vec![
            SeccompRule::new(vec![family])?,
            SeccompRule::new(vec![datagram])?,
            SeccompRule::new(vec![raw])?,
        ],
    );
    let arch = if cfg!(target_arch = "aarch64") {
        TargetArch::aarch64
    } else {
        TargetArch::x86_64
    };
    let filter = SeccompFilter::new(
        rules,
        SeccompAction::Allow,
        SeccompAction::Errno(libc::EPERM as u32),
        arch,
    )?;
    let mut program: BpfProgram = filter.try_into()?;
    if cfg!(target_arch = "x86_64") {
        program.splice(0..0, refuse_x32());
    }
    Ok(program)
}

/// Refuses the x32 variants of all system calls, which have numbers of their own and would pass by the rules.
fn refuse_x32() -> [seccompiler::sock_filter; 3] {
    const X32_BIT: u32 = 0x4000_0000;
    let op = |code: u32, jt: u8, jf: u8, k: u32| seccompiler::sock_filter {
        code: code as u16,
        jt,
        jf,
        k,
    };
    [
        op(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, 0, 0, 0),
        op(libc::BPF_JMP | libc::BPF_JGE | libc::BPF_K, 0, 1, X32_BIT),
        op(
            libc::BPF_RET | libc::BPF_K,
            0,
            0,
            libc::SECCOMP_RET_ERRNO | libc::EPERM as u32,
        ),
    ]
}

/// The filter as the bytes of `struct sock_filter`s, the form bubblewrap reads.
pub(crate) fn to_bytes(program: &BpfProgram) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(program.len() * 8);
    for op in program {
        bytes.extend_from_slice(&op.code.to_ne_bytes());
        bytes.extend_from_slice(&[op.jt, op.jf]);
        bytes.extend_from_slice(&op.k.to_ne_bytes());
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_filter_fits_into_a_pipe() {
        let program = network_filter().unwrap();
        let bytes = to_bytes(&program);
        assert_eq!(bytes.len(), program.len() * 8);
        assert!(bytes.len() < 4096);
    }
}
