// The table of a lab's tasks and functions, compiled into judge and worker alike. In the judge the function pointers
// are the reference's, in the worker the learner's; both sides name a function by its place in the table.
//
//     const Lab& cnn::grader::lab() {
//         static const Lab table{
//             .number = "04", .topic = "convolution", .title = "Convolution", .part = "Learned features: layers",
//             .tasks = {{"4.1", "The size of a feature map", 2,
//                        {function(output_size, "output_size(input, window, remainder) -> size")}}}};
//         return table;
//     }
#pragma once
#include <algorithm>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <tuple>
#include <typeinfo>
#include <vector>

#include "grader/reflect.hpp"

namespace cnn::grader {

// What a call gave, and which argument it changed although it promised not to (-1: none).
struct Outcome {
    Value result;
    int changed_argument = -1;
    double seconds = 0;  // processor time of the call, of the shortest where there were several
};
// Calls a function with arguments from a list: once, or again and again until `budget` seconds are used up.
class Invoke {
public:
    using Call = std::function<Outcome(const List& arguments, double budget)>;
    Invoke() = default;
    Invoke(Call call) : call_(std::move(call)) {}
    Outcome operator()(const List& arguments, double budget = 0) const { return call_(arguments, budget); }

private:
    Call call_;
};
using Address = void (*)();

struct Function {
    std::string name;                     // "conv2d_forward"
    std::vector<std::string> parameters;  // "x", "w", "b", "window"
    std::string result;                   // "y"
    std::string signature;                // of its C++ type: judge and worker must agree
    Address address;
    Invoke invoke;
};

struct Task {
    std::string number;  // "4.4"
    std::string title;
    int points;
    std::vector<Function> functions;
    std::vector<std::string> builds_on{};  // tasks of this lab that its solution calls: {"4.1"}
};

struct Lab {
    std::string number;  // "04"
    std::string topic;   // "convolution": labs/04-convolution/convolution.cpp
    std::string title;   // "Convolution"
    std::string part;    // the heading it stands under in the map
    std::vector<Task> tasks;
    bool timed = false;  // tests judge speed, too: there is a timedNN beside workerNN
};

// Each lab's exercises.cpp defines it.
const Lab& lab();

// A function that takes another's place: a kernel, or a wrong answer that learners really give.
struct Replacement {
    std::string name;      // "last_channel_only"
    std::string sentence;  // what a learner who made this mistake should read
    Address address;       // of the function it replaces
    Invoke invoke;
};
// Each solution's mistakes.cpp defines it.
const std::vector<Replacement>& mistakes();
// A solution's kernels.cpp defines it, where there are any; empty otherwise.
const std::vector<Replacement>& kernels();

// Processor time of this process, all its threads together. Asked of the kernel directly: a learner's file may define a
// clock_gettime, or a syscall, of its own. Under a limit of processor time (ulimit -t) the process's clock stands still
// between the kernel's ticks; then at least the thread's counts.
class Stopwatch {
public:
    Stopwatch();
    double seconds() const;  // since it was made

private:
    static double read(int clock);
    double process_, thread_;
};

// f() once, then again until `budget` seconds are used up: the shortest.
template <class F>
double shortest_time(const F& f, double budget) {
    const Stopwatch all;
    double shortest = std::numeric_limits<double>::infinity();
    do {
        const Stopwatch one;
        f();
        shortest = std::min(shortest, one.seconds());
    } while (all.seconds() < budget);
    return shortest;
}

namespace detail {

// What a parameter of type P is kept as: its value; for a span, the numbers it looks at.
template <class P>
struct Owned {
    using type = std::remove_cvref_t<P>;
};
template <class T>
struct Owned<std::span<const T>> {
    using type = std::vector<T>;
};
template <class P>
using OwnedT = typename Owned<std::remove_cvref_t<P>>::type;

template <class R, class... P>
Invoke invoker(R (*f)(P...)) {
    static_assert(((!std::is_lvalue_reference_v<P> || std::is_const_v<std::remove_reference_t<P>>)&&...),
                  "exercises have no output parameters");
    return Invoke([f](const List& arguments, double budget) {
        return [&]<std::size_t... i>(std::index_sequence<i...>) {
            if (arguments.size() != sizeof...(P))
                throw Error("expected " + std::to_string(sizeof...(P)) + " arguments, got " +
                            std::to_string(arguments.size()));
            std::tuple<OwnedT<P>...> values{
                from_value<OwnedT<P>>(arguments[i], "argument " + std::to_string(i + 1))...};
            std::optional<R> result;
            const double seconds =
                shortest_time([&] { result.emplace(f(static_cast<P>(std::get<i>(values))...)); }, budget);
            Outcome outcome{.result = to_value(*std::move(result)), .seconds = seconds};
            [[maybe_unused]] const auto changed = [&](const Value& given, const auto& now) {
                const Value after = to_value(now);
                // Given in short (a field left out, 3 for 3.0), it is compared as it was understood.
                using T = std::remove_cvref_t<decltype(now)>;
                return !identical(given, after) && !identical(to_value(from_value<T>(given, "")), after);
            };
            ((std::is_lvalue_reference_v<P> && outcome.changed_argument < 0 &&
                      changed(arguments[i], std::get<i>(values))
                  ? void(outcome.changed_argument = static_cast<int>(i))
                  : void()),
             ...);
            return outcome;
        }
        (std::index_sequence_for<P...>{});
    });
}

// Reads "name(a, b) -> result"; throws Error unless it names `arity` parameters.
Function parse_declaration(const std::string& declaration, std::size_t arity);

}  // namespace detail

template <class F>
Address address_of(F* f) {
    return reinterpret_cast<Address>(f);
}

template <class R, class... P>
Function function(R (*f)(P...), const std::string& declaration) {
    Function result = detail::parse_declaration(declaration, sizeof...(P));
    result.signature = typeid(R(P...)).name();
    result.address = address_of(f);
    result.invoke = detail::invoker(f);
    return result;
}

// mistake(conv2d_forward, "last_channel_only", "only the last channel is kept …", [](const Tensor& x, …) { … })
template <class R, class... P>
Replacement mistake(R (*f)(P...), std::string name, std::string sentence, std::type_identity_t<R (*)(P...)> wrong) {
    return {std::move(name), std::move(sentence), address_of(f), detail::invoker(wrong)};
}
// kernel(conv2d_forward, [](const Tensor& x, …) { return kernels::conv2d_forward(x, …); })
template <class R, class... P>
Replacement kernel(R (*f)(P...), std::type_identity_t<R (*)(P...)> fast) {
    return {"kernel", "", address_of(f), detail::invoker(fast)};
}

}  // namespace cnn::grader
