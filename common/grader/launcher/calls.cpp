#include <asm/ioctls.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <initializer_list>

#include "grader/launcher/confinement.hpp"

namespace cnn::grader::launcher {
namespace {

#if defined(__x86_64__)
constexpr unsigned architecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr unsigned architecture = AUDIT_ARCH_AARCH64;
#else
constexpr unsigned architecture = 0;
#endif

constexpr unsigned allowed = SECCOMP_RET_ALLOW;
constexpr unsigned refused = SECCOMP_RET_ERRNO | EPERM, unknown = SECCOMP_RET_ERRNO | ENOSYS;
constexpr unsigned killed = SECCOMP_RET_KILL_PROCESS;

constexpr std::uint32_t low_half(int argument) {
    return static_cast<std::uint32_t>(offsetof(seccomp_data, args)) + 8 * static_cast<std::uint32_t>(argument);
}
constexpr std::uint32_t high_half(int argument) { return low_half(argument) + 4; }

// A filter is a program for a small machine with one register: every rule loads the number of the call where the last
// one may have loaded something else, and ends it or goes on to the next.
class Filter {
public:
    Filter() {
        load(offsetof(seccomp_data, arch));
        jump(BPF_JEQ, architecture, 1, 0);
        give(killed);
        load(offsetof(seccomp_data, nr));
#if defined(__x86_64__)
        jump(BPF_JGE, 0x40000000, 0, 1);  // the calls of x32
        give(killed);
#endif
    }

    void rule(long call, unsigned verdict) {
        jump(BPF_JEQ, static_cast<unsigned>(call), 0, 1);
        give(verdict);
    }
    // Allowed where the argument is one of `values`.
    void rule_if_one_of(long call, int argument, std::initializer_list<std::uint32_t> values) {
        const auto count = static_cast<unsigned char>(values.size());
        jump(BPF_JEQ, static_cast<unsigned>(call), 0, static_cast<unsigned char>(count + 3));
        load(low_half(argument));
        unsigned char left = count;
        for (const std::uint32_t value : values) jump(BPF_JEQ, value, left--, 0);
        give(refused);
        give(allowed);
    }
    // One verdict where the argument has any of these bits, another where it has none.
    void rule_by_bits(long call, int argument, std::uint32_t bits, unsigned any, unsigned none) {
        jump(BPF_JEQ, static_cast<unsigned>(call), 0, 4);
        load(low_half(argument));
        jump(BPF_JSET, bits, 0, 1);
        give(any);
        give(none);
    }
    // Where the second argument is `command`: allowed if the third has no bits but these. Other commands go on.
    void rule_for_command(long call, std::uint32_t command, std::uint32_t bits) {
        jump(BPF_JEQ, static_cast<unsigned>(call), 0, 7);
        load(low_half(1));
        jump(BPF_JEQ, command, 0, 4);
        load(low_half(2));
        jump(BPF_JSET, ~bits, 0, 1);
        give(refused);
        give(allowed);
        load(offsetof(seccomp_data, nr));
    }
    // Allowed where all 64 bits of the argument are this.
    void rule_if_exactly(long call, int argument, std::uint64_t value) {
        jump(BPF_JEQ, static_cast<unsigned>(call), 0, 6);
        load(low_half(argument));
        jump(BPF_JEQ, static_cast<std::uint32_t>(value), 0, 3);
        load(high_half(argument));
        jump(BPF_JEQ, static_cast<std::uint32_t>(value >> 32), 0, 1);
        give(allowed);
        give(refused);
    }
    void otherwise(unsigned verdict) { give(verdict); }

    bool install() {
        const sock_fprog program{length_, program_.data()};
        return length_ < program_.size() && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0;
    }

private:
    void add(sock_filter instruction) {
        if (length_ < program_.size()) program_[length_++] = instruction;
    }
    void load(std::size_t offset) { add(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset))); }
    void jump(int test, std::uint32_t value, unsigned char if_true, unsigned char if_false) {
        add(BPF_JUMP(static_cast<unsigned short>(BPF_JMP | test | BPF_K), value, if_true, if_false));
    }
    void give(unsigned verdict) { add(BPF_STMT(BPF_RET | BPF_K, verdict)); }

    std::array<sock_filter, 512> program_{};
    unsigned short length_ = 0;
};

// Computing, with threads; reading files that may be read; answering on a connection that is there; pipes, by which
// sanitizers ask whether memory can be read.
// clang-format off
constexpr long harmless_calls[] = {
    SYS_read, SYS_write, SYS_readv, SYS_writev, SYS_pread64, SYS_lseek, SYS_close, SYS_fstat, SYS_newfstatat,
    SYS_statx, SYS_faccessat, SYS_faccessat2, SYS_readlinkat, SYS_getcwd, SYS_getdents64, SYS_dup, SYS_dup3,
    SYS_pipe2, SYS_ppoll, SYS_pselect6, SYS_fstatfs, SYS_statfs, SYS_fadvise64, SYS_mmap, SYS_munmap, SYS_mremap,
    SYS_mprotect, SYS_madvise, SYS_brk, SYS_mincore, SYS_membarrier, SYS_rt_sigaction, SYS_rt_sigprocmask,
    SYS_rt_sigreturn, SYS_rt_sigpending, SYS_rt_sigtimedwait, SYS_sigaltstack, SYS_restart_syscall, SYS_futex,
    SYS_set_robust_list, SYS_get_robust_list, SYS_rseq, SYS_set_tid_address, SYS_exit, SYS_exit_group, SYS_gettid,
    SYS_getpid, SYS_getppid, SYS_getuid, SYS_geteuid, SYS_getgid, SYS_getegid, SYS_getpgid, SYS_getsid, SYS_nanosleep,
    SYS_clock_nanosleep, SYS_clock_gettime, SYS_clock_getres, SYS_gettimeofday, SYS_times, SYS_getrusage, SYS_getcpu,
    SYS_sched_yield, SYS_sched_getaffinity, SYS_sched_getparam, SYS_sched_getscheduler, SYS_sched_get_priority_max,
    SYS_sched_get_priority_min, SYS_getpriority, SYS_sysinfo, SYS_uname, SYS_getrandom, SYS_recvfrom, SYS_shutdown,
    SYS_getsockopt, SYS_getsockname,
#if defined(__x86_64__)
    SYS_stat, SYS_lstat, SYS_access, SYS_readlink, SYS_dup2, SYS_poll, SYS_select, SYS_getrlimit, SYS_setrlimit,
    SYS_pipe, SYS_getpgrp, SYS_pause, SYS_time, SYS_arch_prctl,
#endif
};

// What a submission may try, and is told that it must not; of anything else it hears that there is no such call.
constexpr long refused_calls[] = {
    SYS_execveat, SYS_tkill, SYS_rt_sigqueueinfo, SYS_rt_tgsigqueueinfo, SYS_ptrace, SYS_process_vm_readv,
    SYS_process_vm_writev, SYS_setsid, SYS_setpgid, SYS_sched_setaffinity, SYS_sched_setscheduler, SYS_setpriority,
    SYS_socket, SYS_socketpair, SYS_bind, SYS_connect, SYS_unlinkat, SYS_mkdirat, SYS_renameat2, SYS_linkat,
    SYS_symlinkat, SYS_ftruncate, SYS_truncate, SYS_fchmodat, SYS_memfd_create, SYS_seccomp, SYS_unshare, SYS_setns,
    SYS_mount, SYS_chroot, SYS_keyctl, SYS_bpf, SYS_perf_event_open, SYS_io_uring_setup, SYS_userfaultfd,
    SYS_pidfd_open, SYS_pidfd_send_signal,
#if defined(__x86_64__)
    SYS_fork, SYS_vfork, SYS_unlink, SYS_mkdir, SYS_rename, SYS_creat,
#endif
};
// clang-format on

}  // namespace

Held confine_calls(const void* secret) {
    if (architecture == 0) return Held::no;
    constexpr std::uint32_t writing = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND;
    constexpr std::uint32_t name_a_mapping = 0x53564d41;  // PR_SET_VMA, by which glibc names what it maps
    const auto own = static_cast<std::uint32_t>(getpid());

    Filter filter;
    for (const long call : harmless_calls) filter.rule(call, allowed);
    for (const long call : refused_calls) filter.rule(call, refused);
    filter.rule_if_exactly(SYS_execve, 0, reinterpret_cast<std::uintptr_t>(secret));
    // A thread is a clone that shares memory; glibc falls back from clone3, whose flags a filter cannot see.
    filter.rule(SYS_clone3, unknown);
    filter.rule_by_bits(SYS_clone, 0, CLONE_THREAD, allowed, refused);
    // Signals to oneself, as abort() sends.
    filter.rule_if_one_of(SYS_kill, 0, {own});
    filter.rule_if_one_of(SYS_tgkill, 0, {own});
    filter.rule_by_bits(SYS_openat, 2, writing, refused, allowed);
#if defined(__x86_64__)
    filter.rule_by_bits(SYS_open, 1, writing, refused, allowed);
#endif
    filter.rule_if_one_of(SYS_ioctl, 1, {TCGETS});
    // Not to wait, on one's own ends of pipes, as sanitizers do not (GCC 16); but nobody is sent signals (O_ASYNC).
    constexpr std::uint32_t large_file = 0100000;
    filter.rule_for_command(SYS_fcntl, F_SETFL, O_ACCMODE | O_NONBLOCK | large_file);
    filter.rule_if_one_of(SYS_fcntl, 1, {F_GETFD, F_SETFD, F_GETFL, F_DUPFD_CLOEXEC});
    filter.rule_if_exactly(SYS_sendto, 4, 0);     // to the other end, nowhere else
    filter.rule_if_exactly(SYS_prlimit64, 0, 0);  // one's own limits, which can only be lowered
    filter.rule_if_one_of(SYS_prctl, 0, {PR_SET_NAME, PR_GET_NAME, PR_GET_DUMPABLE, name_a_mapping});
    filter.otherwise(unknown);
    return filter.install() ? Held::yes : Held::no;
}

}  // namespace cnn::grader::launcher
