#include <fcntl.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cstdint>

#include "grader/launcher/confinement.hpp"

namespace cnn::grader::launcher {
namespace {

// As in <linux/landlock.h>, whose older versions know less than the kernel may.
struct Ruleset {
    std::uint64_t files, network, scopes;
};
struct [[gnu::packed]] PathBeneath {
    std::uint64_t allowed;
    std::int32_t parent;
};
constexpr std::uint64_t execute = 1 << 0, write_file = 1 << 1, read_file = 1 << 2, read_folder = 1 << 3;
constexpr int rule_path_beneath = 1;
constexpr unsigned ask_for_version = 1;

// Every right over files that a kernel of this version knows.
std::uint64_t all_rights(long version) {
    if (version >= 5) return (1 << 16) - 1;
    if (version >= 3) return (1 << 15) - 1;
    if (version == 2) return (1 << 14) - 1;
    return (1 << 13) - 1;
}

void allow(int ruleset, const char* path, std::uint64_t rights) {
    const int place = open(path, O_PATH | O_CLOEXEC);
    if (place < 0) return;  // what is not there needs no rule
    const PathBeneath rule{rights, place};
    syscall(SYS_landlock_add_rule, ruleset, rule_path_beneath, &rule, 0);
    close(place);
}

}  // namespace

void drop_capabilities() {
    prctl(PR_SET_SECUREBITS, SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP |
                                 SECBIT_NO_SETUID_FIXUP_LOCKED | SECBIT_KEEP_CAPS_LOCKED);
    for (int capability = 0; capability < 64; ++capability) prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    std::array<__user_cap_data_struct, 2> none{};
    syscall(SYS_capset, &header, none.data());
}

Held confine_files(const char* program, const char* const* readable, int count) {
    const long version = syscall(SYS_landlock_create_ruleset, nullptr, 0, ask_for_version);
    if (version < 1) return Held::no;
    Ruleset wanted{all_rights(version), version >= 4 ? 3u : 0u, version >= 6 ? 3u : 0u};
    const std::size_t size = version >= 6 ? 24 : version >= 4 ? 16 : 8;
    const int ruleset = static_cast<int>(syscall(SYS_landlock_create_ruleset, &wanted, size, 0));
    if (ruleset < 0) return Held::no;

    allow(ruleset, program, read_file | execute);
    for (int i = 0; i < count; ++i) allow(ruleset, readable[i], read_file);
    for (const char* folder : {"/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib"})
        allow(ruleset, folder, read_file | read_folder);
    for (const char* loader : {"/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1"})
        allow(ruleset, loader, read_file | execute);
    // How many cores there are and may be used, how much memory, one's own mappings: the libraries ask.
    for (const char* folder : {"/sys/devices/system", "/sys/fs/cgroup", "/proc/self"})
        allow(ruleset, folder, read_file | read_folder);
    for (const char* file : {"/etc/ld.so.cache", "/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/dev/urandom"})
        allow(ruleset, file, read_file);
    allow(ruleset, "/dev/null", read_file | write_file);

    const bool held = syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
    close(ruleset);
    return held ? Held::yes : Held::no;
}

}  // namespace cnn::grader::launcher
