// How many cores a program may use: fewer than the machine has under taskset, in a batch job, in a container.
#pragma once
#include <filesystem>
#include <optional>
#include <string>

namespace cnn {

struct Cores {
    int machine = 1;                // threads that the machine runs at the same time
    int allowed = 1;                // those that this program may run on: taskset, cpusets (sched_getaffinity(2))
    std::optional<double> quota{};  // how many the control groups pay for: docker --cpus 1.5, Slurm, Kubernetes

    // As many as are worth starting: those allowed, or the quota rounded up, whichever is less. At least 1.
    int usable() const;
    // "2", "2 of 16 (taskset)", "2 of 16 (a quota of 1.5)".
    std::string describe() const;
};

Cores cores_here();

// The smallest quota of the control group that a process is in and of the groups around it. Takes the text of
// /proc/self/cgroup and the folder where control groups are mounted, and reads both versions (cgroups(7)): cpu.max, and
// cpu.cfs_quota_us beside cpu.cfs_period_us below cpu/ or cpu,cpuacct/. A container may see itself as the mounted
// folder, so that is asked, too. Nothing where there is no limit or no such file.
std::optional<double> quota_of_groups(const std::string& groups_of_process, const std::filesystem::path& mounted);

// From here on this program computes on usable() cores. oneTBB alone obeys taskset, but not everywhere a quota, under
// which threads that nobody pays for are stopped and started in turn.
void keep_to_usable_cores();

}  // namespace cnn
