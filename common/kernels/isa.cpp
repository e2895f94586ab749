#include "kernels/isa.hpp"

#include "kernels/targets.hpp"
//
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <hwy/highway.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstdlib>

#include "kernels/tile.hpp"
#include "tensor/error.hpp"

namespace cnn::kernels {
namespace {

bool same_name(std::string_view a, std::string_view b) {
    const auto same = [](unsigned char x, unsigned char y) { return std::toupper(x) == std::toupper(y); };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), same);
}

std::string names() { return fmt::format("{}", fmt::join(instruction_sets(), ", ")); }

// Best first. Highway forgets what is forbidden when it is asked, so it is told again.
std::vector<std::int64_t> targets() {
    std::vector<std::int64_t> result = hwy::SupportedAndGeneratedTargets();
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
    return result;
}

// In Highway's masks a better target is a lower bit.
std::int64_t target(std::string_view name) {
    for (const std::int64_t candidate : targets())
        if (same_name(name, hwy::TargetName(candidate))) return candidate;
    return 0;
}

// The library's edge: the environment is read once, before any kernel runs.
const bool limited = [] {
    const char* name = std::getenv("CNN_MAX_ISA");
    if (!name || !*name) return false;
    const std::int64_t best = target(name);
    if (!best)
        fmt::print(stderr, "CNN_MAX_ISA={} is ignored: this machine has {}\n", name, names());
    else
        hwy::DisableTargets(best - 1);
    return best != 0;
}();

}  // namespace

std::vector<std::string> instruction_sets() {
    std::vector<std::string> names;
    for (const std::int64_t candidate : targets()) names.emplace_back(hwy::TargetName(candidate));
    return names;
}

std::string instruction_set() { return tile_set().isa; }

void use_instruction_set(std::string_view name) {
    hwy::SetSupportedTargetsForTest(0);
    hwy::GetChosenTarget().DeInit();
    if (name.empty()) return;
    const std::int64_t wanted = target(name);
    if (!wanted) throw Error(fmt::format("no instruction set {}: this machine has {}", name, names()));
    hwy::SetSupportedTargetsForTest(wanted);
    hwy::GetChosenTarget().DeInit();
}

}  // namespace cnn::kernels
