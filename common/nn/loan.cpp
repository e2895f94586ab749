#include "nn/loan.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <tuple>

namespace cnn::nn {
namespace {

namespace fs = std::filesystem;

// Every operator of the table, in its order.
constexpr std::array names{"conv2d_forward",
                           "conv2d_backward_input",
                           "conv2d_backward_filters",
                           "max_pool_forward",
                           "max_pool_backward",
                           "average_pool_forward",
                           "average_pool_backward",
                           "dense_forward",
                           "dense_backward_input",
                           "dense_backward_weights",
                           "relu_forward",
                           "relu_backward",
                           "tanh_forward",
                           "tanh_backward",
                           "sigmoid_forward",
                           "sigmoid_backward",
                           "scaled_tanh_forward",
                           "scaled_tanh_backward",
                           "softmax_cross_entropy",
                           "sgd_step",
                           "grouped_conv2d_forward",
                           "grouped_conv2d_backward_input",
                           "grouped_conv2d_backward_filters",
                           "local_response_norm_forward",
                           "local_response_norm_backward",
                           "dropout",
                           "concatenate_channels",
                           "split_channels",
                           "adaptive_average_pool_forward",
                           "adaptive_average_pool_backward",
                           "batch_norm_forward",
                           "batch_norm_inference",
                           "batch_norm_backward"};
static_assert(sizeof(Operators) == names.size() * sizeof(void*), "an operator was added to the table but not here");

// labNN.so in the order of their numbers.
std::vector<fs::path> libraries(const fs::path& folder) {
    std::vector<fs::path> found;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder, error))
        if (entry.path().filename().string().starts_with("lab") && entry.path().extension() == ".so")
            found.push_back(entry.path());
    std::sort(found.begin(), found.end());
    return found;
}

struct Opened {
    const std::vector<OwnOperator>* operators = nullptr;
    std::string problem;
};

// The library stays open until the program ends: the table points into it.
Opened open(const fs::path& path) {
    void* library = ::dlopen(fs::absolute(path).c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        const char* reason = ::dlerror();
        return {nullptr, fmt::format("{} cannot be opened: {}", path.filename().string(), reason ? reason : "unknown")};
    }
    using List = const std::vector<OwnOperator>& (*)();
    const auto list = reinterpret_cast<List>(::dlsym(library, "own_operators"));
    if (!list) return {nullptr, fmt::format("{} lists no operators of its own", path.filename().string())};
    return {&list(), {}};
}

// "4.10" → (4, 10), so that tasks sort as people count.
std::tuple<int, int> order_of(const std::string& task) {
    const std::size_t dot = task.find('.');
    int lab = 1 << 20, number = 0;  // without a task: last
    std::from_chars(task.data(), task.data() + std::min(dot, task.size()), lab);
    if (dot != task.npos) std::from_chars(task.data() + dot + 1, task.data() + task.size(), number);
    return {lab, number};
}

}  // namespace

std::vector<Loan> install_own_operators(Operators& table, const fs::path& folder, const std::set<std::string>& passed) {
    std::vector<Loan> loans;
    std::string problems;
    for (const fs::path& path : libraries(folder)) {
        const Opened opened = open(path);
        if (!opened.operators) {
            problems += (problems.empty() ? "" : "; ") + opened.problem;
            continue;
        }
        for (const OwnOperator& own : *opened.operators) {
            const bool install = passed.contains(own.task);
            if (install) own.install(table);
            loans.push_back({own.name, own.task, install, own.task + (install ? " passed" : " not passed yet")});
        }
    }
    // Where several labs teach an operator, the last one installed is in the table; the others need no mention.
    std::vector<Loan> one_each;
    for (Loan& loan : loans) {
        const auto same = std::ranges::find(one_each, loan.name, &Loan::name);
        if (same == one_each.end())
            one_each.push_back(std::move(loan));
        else if (loan.own)
            *same = std::move(loan);
    }
    loans = std::move(one_each);
    for (const char* name : names)
        if (std::ranges::none_of(loans, [&](const Loan& loan) { return loan.name == name; }))
            loans.push_back({name, "", false, problems.empty() ? "no lab teaches it yet" : problems});
    std::ranges::stable_sort(loans, {}, [](const Loan& loan) { return order_of(loan.task); });
    return loans;
}

}  // namespace cnn::nn
