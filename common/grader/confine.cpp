#include "grader/confine.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>

namespace cnn::grader {
namespace {

void limit(__rlimit_resource resource, rlim_t value) {
    const rlimit bounds{value, value};
    setrlimit(resource, &bounds);
}

}  // namespace

void limit_resources([[maybe_unused]] std::size_t address_space_bytes, unsigned cpu_seconds) {
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_FSIZE, rlim_t{64} << 20);
    limit(RLIMIT_NOFILE, 64);
    if (cpu_seconds) limit(RLIMIT_CPU, cpu_seconds);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    if (address_space_bytes) limit(RLIMIT_AS, address_space_bytes);
#endif
}

}  // namespace cnn::grader
