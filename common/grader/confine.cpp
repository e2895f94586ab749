#include "grader/confine.hpp"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>
#include <cstddef>
#include <iterator>

namespace cnn::grader {
namespace {

void limit(__rlimit_resource resource, rlim_t value) {
    const rlimit bounds{value, value};
    setrlimit(resource, &bounds);
}

#if defined(__x86_64__)
constexpr unsigned architecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr unsigned architecture = AUDIT_ARCH_AARCH64;
#else
constexpr unsigned architecture = 0;
#endif

}  // namespace

void limit_resources([[maybe_unused]] std::size_t address_space_bytes, unsigned cpu_seconds) {
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_FSIZE, rlim_t{64} << 20);
    if (cpu_seconds) limit(RLIMIT_CPU, cpu_seconds);
#ifndef __SANITIZE_ADDRESS__
    if (address_space_bytes) limit(RLIMIT_AS, address_space_bytes);
#endif
}

bool refuse_new_processes() {
    if (architecture != 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0) {
        constexpr auto number = static_cast<unsigned>(offsetof(seccomp_data, nr));
        constexpr auto arch = static_cast<unsigned>(offsetof(seccomp_data, arch));
        constexpr auto flags = static_cast<unsigned>(offsetof(seccomp_data, args));
        const sock_filter refuse = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | 1u);  // EPERM
        const sock_filter program[] = {
            BPF_STMT(BPF_LD | BPF_W | BPF_ABS, arch),
            BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, architecture, 1, 0),
            BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
            BPF_STMT(BPF_LD | BPF_W | BPF_ABS, number),
            // A thread is a clone that shares memory; glibc falls back from clone3, whose flags a filter cannot see.
            BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_clone3, 0, 1),
            BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | 38u),  // ENOSYS
            BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_clone, 0, 4),
            BPF_STMT(BPF_LD | BPF_W | BPF_ABS, flags),
            BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, CLONE_THREAD, 1, 0),
            refuse,
            BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
#ifdef __NR_fork
            BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_fork, 0, 1),
            refuse,
            BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_vfork, 0, 1),
            refuse,
#endif
            BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_execve, 0, 1),
            refuse,
            BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_execveat, 0, 1),
            refuse,
            BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_kill, 0, 1),
            refuse,
            BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_ptrace, 0, 1),
            refuse,
            BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_setsid, 0, 1),
            refuse,
            BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        };
        const sock_fprog filter{static_cast<unsigned short>(std::size(program)), const_cast<sock_filter*>(program)};
        if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0) == 0) return true;
    }
    limit(RLIMIT_NPROC, 512);
    return false;
}

}  // namespace cnn::grader
