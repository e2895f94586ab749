#include "tensor/cores.hpp"

#include <fmt/format.h>
#include <sched.h>
#include <tbb/global_control.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>

namespace cnn {

namespace fs = std::filesystem;

namespace {

std::string first_line(const fs::path& file) {
    std::ifstream stream(file);
    std::string line;
    std::getline(stream, line);
    return line;
}

// "150000" of "100000" is 1.5; "max" and "-1" are no limit.
std::optional<double> ratio(const std::string& quota, const std::string& period) {
    std::istringstream above(quota), below(period);
    double microseconds = 0, of = 0;
    if (!(above >> microseconds) || !(below >> of) || microseconds <= 0 || of <= 0) return std::nullopt;
    return microseconds / of;
}

std::optional<double> quota_in(const fs::path& group) {
    std::istringstream both(first_line(group / "cpu.max"));
    std::string quota, period;
    if (both >> quota >> period) return ratio(quota, period);
    return ratio(first_line(group / "cpu.cfs_quota_us"), first_line(group / "cpu.cfs_period_us"));
}

bool names_cpu(const std::string& controllers) {
    std::istringstream list(controllers);
    for (std::string name; std::getline(list, name, ',');)
        if (name == "cpu") return true;
    return false;
}

}  // namespace

std::optional<double> quota_of_groups(const std::string& groups_of_process, const fs::path& mounted) {
    std::optional<double> smallest;
    const auto ask = [&](const fs::path& top, const std::string& group) {
        fs::path folder = top;
        for (const fs::path& part : fs::path(".") / fs::path(group).relative_path()) {
            if (part == "..") return;  // a group outside this container
            folder /= part;
            if (const auto quota = quota_in(folder)) smallest = std::min(smallest.value_or(*quota), *quota);
        }
    };
    // Each line is "number:controllers:path"; version 2 has neither number nor controllers.
    std::istringstream lines(groups_of_process);
    for (std::string line; std::getline(lines, line);) {
        const std::size_t first = line.find(':'), second = line.find(':', first + 1);
        if (first == std::string::npos || second == std::string::npos) continue;
        const std::string controllers = line.substr(first + 1, second - first - 1), group = line.substr(second + 1);
        if (controllers.empty()) {
            ask(mounted, group);
            ask(mounted / "unified", group);
        } else if (names_cpu(controllers)) {
            ask(mounted / "cpu", group);
            ask(mounted / controllers, group);
        }
    }
    return smallest;
}

int Cores::usable() const {
    const int paid = quota ? static_cast<int>(std::min(std::ceil(*quota), 1e6)) : allowed;
    return std::max(1, std::min(allowed, paid));
}

std::string Cores::describe() const {
    if (usable() == machine) return fmt::format("{}", machine);
    if (usable() == allowed) return fmt::format("{} of {} (taskset or a cpuset)", usable(), machine);
    return fmt::format("{} of {} (a quota of {:.3g})", usable(), machine, *quota);
}

Cores cores_here() {
    Cores cores;
    cores.machine = std::max(1, static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN)));
    cores.allowed = cores.machine;
    // A mask of 1024 processors is enough for all but the largest machines, where this call fails.
    cpu_set_t mask;
    CPU_ZERO(&mask);
    if (sched_getaffinity(0, sizeof mask, &mask) == 0) cores.allowed = std::max(1, CPU_COUNT(&mask));
    std::ifstream stream("/proc/self/cgroup");
    std::ostringstream groups;
    groups << stream.rdbuf();
    cores.quota = quota_of_groups(groups.str(), "/sys/fs/cgroup");
    return cores;
}

void keep_to_usable_cores() {
    static const tbb::global_control limit(tbb::global_control::max_allowed_parallelism,
                                           static_cast<std::size_t>(cores_here().usable()));
}

}  // namespace cnn
