// How a session judges speed.
#include <fmt/format.h>
#include <sched.h>

#include <algorithm>
#include <limits>

#include "grader/judge.hpp"
#include "grader/numbers.hpp"
#include "grader/second_question.hpp"
#include "grader/session.hpp"

namespace cnn::grader {
namespace {

constexpr std::size_t most_rounds = 15, rounds_near_the_goal = 5;
constexpr double far_above = 1.5;  // of what is wanted: one round tells
constexpr double steady = 0.92;    // of it, half of the rounds reach by themselves, where a program is fast enough
// The program says itself how long its calls took, the shortest of many. The judge believes that where a single call on
// new numbers takes at most so many times as long, both by the program's word and by the kernel's account, which sees
// the question being unpacked, too. (A single call finds memory that was not touched before: twice as long was seen.)
// Where the machine is busy, and the yardstick's single calls are longer than its shortest, too, so may the program's
// be.
constexpr double believed = 3;
constexpr std::size_t most_audits = 20;  // other programs may be in the way of many

// Seconds of processor time to unpack the question and to pack the answer, generously.
double time_of_packing(const List& arguments, const Value& answer) {
    const auto pack = [&] {
        decode(encode(arguments));
        decode(encode(answer));
    };
    return 2 * shortest_time(pack, 0.001);
}

double median(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::ranges::nth_element(values, middle);
    return *middle;
}

// A ratio that misses the goal, with as many digits as it takes to see that: "1.18" of "1.2".
std::string below(double ratio, double goal) {
    for (int digits = 2;; ++digits)
        if (fmt::format("{:.{}g}", ratio, digits) != fmt::format("{:.{}g}", goal, digits) || digits > 5)
            return fmt::format("{:.{}g}", ratio, digits);
}

// "0.64", "4.5", "130"
std::string times(double ratio) { return ratio < 10 ? fmt::format("{:.2g}", ratio) : fmt::format("{:.0f}", ratio); }

// This thread stays on one processor as long as the object lives.
class HeldTo {
public:
    explicit HeldTo(int processor) {
        if (processor < 0 || sched_getaffinity(0, sizeof before_, &before_) != 0) return;
        cpu_set_t one;
        CPU_ZERO(&one);
        CPU_SET(static_cast<unsigned>(processor), &one);
        held_ = sched_setaffinity(0, sizeof one, &one) == 0;
    }
    ~HeldTo() {
        if (held_) sched_setaffinity(0, sizeof before_, &before_);
    }
    HeldTo(const HeldTo&) = delete;
    HeldTo& operator=(const HeldTo&) = delete;

private:
    cpu_set_t before_{};
    bool held_ = false;
};

}  // namespace

// The shortest of the calls that fit in one round; ends the test when there is no answer.
Reply Session::answer_in_time(const Entry& entry, const List& arguments) {
    Reply reply = ask_worker(timed_, entry, arguments, round_of_calls);
    if (reply.status != Status::passed) {
        record(reply.status,
               reply.status == Status::not_started ? reply.message : explain(*entry.function, arguments, reply));
        throw Unanswered{};
    }
    ++answers_;
    return reply;
}

// One call takes at least so many seconds when it is asked what it was never asked before: what is kept from one call
// to the next does not help, nor does a clock of one's own.
double Session::audited_seconds(const Entry& entry, const List& arguments, const Yardstick& yardstick,
                                const Pace& claimed) {
    const double packing = time_of_packing(arguments, entry.function->invoke(arguments).result);
    double first_call = std::numeric_limits<double>::infinity(), kernel = first_call;
    double least = first_call, cold = first_call;
    for (std::size_t audit = 1; audit <= most_audits && least > claimed.learner; ++audit) {
        const List others = moved_on(arguments, audit);
        const double before = timed_.processor_seconds();
        const Reply reply = ask_worker(timed_, entry, others);
        const double after = timed_.processor_seconds();
        cold = std::min(cold, shortest_time(yardstick.run, 0));
        const Value expected = entry.function->invoke(others).result;
        const Value allowed = derived_allowance(entry.function->invoke, others, expected);
        if (reply.status != Status::passed ||
            !difference(entry.function->result, reply.value, expected, allowed).empty()) {
            record(Status::failed,
                   question_line(*entry.function, others) +
                       "\nThe same question with its numbers moved on by some places is answered wrong.");
            throw Unanswered{};
        }
        first_call = std::min(first_call, reply.seconds);
        kernel = std::min(kernel, after - before - packing);
        least = std::max(first_call, kernel) / (believed * std::max(1.0, cold / claimed.yardstick));
    }
    return std::max(claimed.learner, least);
}

void Session::check_speed(Address address, List arguments, const Yardstick& yardstick) {
    const Entry& entry = find(address);
    const Function& function = *entry.function;
    const Reply first = answer_in_time(entry, arguments);
    ++checks_;
    const Value expected = function.invoke(arguments).result;
    const Value allowed = derived_allowance(function.invoke, arguments, expected);
    if (const std::string text = difference(function.result, first.value, expected, allowed); !text.empty()) {
        record(Status::failed,
               question_line(function, arguments) + "\nBuilt for speed, without bounds checks:\n" + text);
        return;
    }
    if (!speed_counts_) return;
    // Whatever else this machine does then slows down both: one processor may have a busy neighbor, another none.
    const HeldTo the_same(timed_.processor());
    // The first call of all finds cold caches, and threads that have to be made.
    double learner = std::numeric_limits<double>::infinity(), other = learner;
    std::vector<double> ratios;  // of each round by itself
    while (ratios.size() < most_rounds) {
        const double mine = answer_in_time(entry, arguments).seconds,
                     its = shortest_time(yardstick.run, round_of_calls);
        learner = std::min(learner, mine), other = std::min(other, its);
        ratios.push_back(its / mine);
        const double ratio = other / learner;
        // Clear in either direction? What is half as fast as it should be is not made so by a quiet moment.
        if (ratio >= far_above * yardstick.times) break;
        if (ratios.size() >= fewest_rounds && ratio < 0.5 * yardstick.times) break;
        if (ratios.size() >= rounds_near_the_goal && ratio >= yardstick.times &&
            median(ratios) >= steady * yardstick.times)
            break;
    }
    // The shortest calls of both may come from different moments: one good moment of the learner's is not enough.
    if (median(ratios) < steady * yardstick.times) learner = std::max(learner, other / median(ratios));
    if (other / learner >= yardstick.times) learner = audited_seconds(entry, arguments, yardstick, {learner, other});
    pace_ = fmt::format("{} times as fast as {}; at least {:.2g} times is wanted.", times(other / learner),
                        yardstick.name, yardstick.times);
    if (other / learner >= yardstick.times || recorded_) return;
    record(Status::failed,
           fmt::format("{}\nThe answer is right, but {} takes {} of processor time, {} {}: {} times as fast, and at "
                       "least {:.2g} times is wanted.",
                       question_line(function, arguments), function.name, duration(learner), yardstick.name,
                       duration(other), below(other / learner, yardstick.times), yardstick.times));
    slow_.push_back(
        {task_, report_.tasks[task_].tests.size() - 1, &function, std::move(arguments), expected, allowed, learner});
}

}  // namespace cnn::grader
