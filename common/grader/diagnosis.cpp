// What a session makes of wrong answers: it gives them the names of known mistakes.
#include <algorithm>
#include <limits>

#include "grader/families.hpp"
#include "grader/second_question.hpp"
#include "grader/session.hpp"

namespace cnn::grader {
namespace {

// How far the time of a known mistake may be from a learner's that is called by its name. (The same loops down a column
// were seen to take 1.7 ms in one process and 3.7 ms in the next.)
constexpr double alike = 2.4;
// How far a known mistake's numbers may be from a learner's that are wrong in the same way.
constexpr double nearly = 0.02;

}  // namespace

// Right in two programs that were asked nothing before, and wrong again behind another question: not by chance.
bool Session::keeps_something(const Question& question, const Value& expected, const Value& allowed) {
    const Entry& entry = find(question.function->address);
    const std::string printed = test().output;
    const auto is_right = [&] {
        const Reply reply = ask_worker(worker_, entry, question.arguments);
        test().output = printed;
        return reply.status == Status::passed && difference("", reply.value, expected, allowed).empty();
    };
    for (int time = 0; time < 2; ++time) {
        worker_.stop();
        if (!is_right()) return false;
    }
    worker_.stop();
    ask_worker(worker_, entry, reversed(question.arguments).value_or(question.arguments));
    return !is_right();
}

// Does the mistake answer as the learner did?
bool Session::gives(const Replacement& mistake, const Question& question, const Value& allowed) {
    try {
        return difference("", question.answer, mistake.invoke(question.arguments).result, allowed).empty();
    } catch (const std::exception&) {
        return false;
    }
}
Value Session::allowed_of(const Question& question) {
    return derived_allowance(question.function->invoke, question.arguments, question.answer);
}

// The known mistake that gives all of the learner's answers, too, and takes about as long.
const Replacement* Session::name_delay(const Slow& slow) const {
    const Replacement* best = nullptr;
    double nearest = alike;
    for (const Replacement& mistake : mistakes_) {
        if (mistake.address != slow.function->address ||
            !std::ranges::all_of(questions_, [&](const Question& question) {
                return question.function != slow.function || gives(mistake, question, allowed_of(question));
            }))
            continue;
        double seconds = std::numeric_limits<double>::infinity();
        try {
            for (std::size_t round = 0; round < fewest_rounds; ++round) {
                const Outcome outcome = mistake.invoke(slow.arguments, round_of_calls);
                if (!difference("", outcome.result, slow.expected, slow.allowed).empty()) break;
                seconds = std::min(seconds, outcome.seconds);
            }
        } catch (const std::exception&) {
            continue;  // it refuses these arguments
        }
        const double distance = std::max(seconds / slow.seconds, slow.seconds / seconds);
        if (distance < nearest) best = &mistake, nearest = distance;
    }
    return best;
}

// How many of the learner's answers to a function the mistake gives, too, beside the one asked about. None where it is
// refuted: the learner is right where the mistake is not, or wrong in another way, more often than wrong as it is.
std::optional<std::ptrdiff_t> Session::agreements(const Replacement& mistake, const Question& asked) const {
    std::ptrdiff_t all = 0, wrong_alike = 1, wrong_otherwise = 0, right_alone = 0;
    for (const Question& question : questions_) {
        if (question.function != asked.function || &question == &asked) continue;
        const bool is_right = question.expected && question.right;
        // The test's bounds of a right answer may be those of one way to compute it; the mistake may have another.
        const bool agrees =
            gives(mistake, question, allowed_of(question)) || (is_right && gives(mistake, question, *question.allowed));
        right_alone += is_right && !agrees;
        all += agrees;
        if (!question.expected || question.right) continue;
        // The mistake's own rounding, or a detail of it, may be another: what is near is no other mistake.
        if (agrees || gives(mistake, question, allowance(question.answer, {.relative = nearly})))
            ++wrong_alike;
        else
            ++wrong_otherwise;
    }
    if (wrong_otherwise > wrong_alike || right_alone >= wrong_alike) return std::nullopt;
    return all;
}

// The mistake that gives the learner's answer to this question. Where several do, the one that agrees with most of
// the learner's answers; a rounded size, for one, is often also a size too large by one.
const Replacement* Session::name_mistake(const Suspect& suspect) const {
    const Question& asked = questions_[suspect.question];
    const Replacement* best = nullptr;
    std::ptrdiff_t most = -1;
    for (const Replacement& mistake : mistakes_) {
        if (mistake.address != asked.function->address || !gives(mistake, asked, suspect.allowed)) continue;
        if (const auto count = agreements(mistake, asked); count && *count > most) best = &mistake, most = *count;
    }
    return best;
}

std::string Session::name_family(const Function& function) const {
    std::vector<Asked> asked;
    for (const Question& question : questions_)
        if (question.function == &function && question.expected)
            asked.push_back(
                {&question.arguments, &question.answer, *question.expected, *question.allowed, question.right});
    return family_of(function, asked);
}

Report Session::finish() {
    if (!problem_.empty()) throw Error(problem_);
    std::map<const Function*, std::string> families;
    for (const Suspect& suspect : suspects_) {
        std::string& diagnosis = report_.tasks[suspect.task].tests[suspect.test].diagnosis;
        const Function* function = questions_[suspect.question].function;
        if (const Replacement* mistake = name_mistake(suspect))
            diagnosis = mistake->sentence;
        else if (const auto known = families.find(function); known != families.end())
            diagnosis = known->second;
        else
            diagnosis = families[function] = name_family(*function);
    }
    for (const Slow& slow : slow_)
        if (const Replacement* mistake = name_delay(slow))
            report_.tasks[slow.task].tests[slow.test].diagnosis = mistake->sentence;
    for (const TaskReport& task : report_.tasks)
        for (const TestReport& test : task.tests) report_.seconds += test.seconds;
    return std::move(report_);
}

}  // namespace cnn::grader
