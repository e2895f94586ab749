#include "grader/session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <limits>

#include "grader/judge.hpp"
#include "grader/second_question.hpp"

namespace cnn::grader {
namespace {

// A function that never ends is asked this often, then no more: a learner should not wait a minute for one verdict.
constexpr int patience = 2;
// Of the learner's calls and the yardstick's, in turn: seconds for one round, and the rounds before and until the
// verdict.
constexpr double round_of_calls = 0.005;
constexpr int fewest_rounds = 3, most_rounds = 15;
constexpr double far_above = 1.5;  // of what is wanted: one round tells
// How far the time of a known mistake may be from a learner's that is called by its name. (The same loops down a column
// were seen to take 1.7 ms in one process and 3.7 ms in the next.)
constexpr double alike = 2.4;

// Seconds that may be spent on questions whose answers nobody looks at, once every function has been asked one.
constexpr double patience_for_others = 0.1;

Session* current = nullptr;

std::string duration(double seconds) {
    if (seconds < 1e-3) return fmt::format("{:.0f} µs", std::max(1.0, seconds * 1e6));
    if (seconds < 1) return fmt::format("{:.{}f} ms", seconds * 1e3, seconds < 0.01 ? 1 : 0);
    return fmt::format("{:.1f} s", seconds);
}

// A ratio that misses the goal, with as many digits as it takes to see that: "1.18" of "1.2".
std::string below(double ratio, double goal) {
    for (int digits = 2;; ++digits)
        if (fmt::format("{:.{}g}", ratio, digits) != fmt::format("{:.{}g}", goal, digits) || digits > 5)
            return fmt::format("{:.{}g}", ratio, digits);
}

// "0.64", "4.5", "130"
std::string times(double ratio) { return ratio < 10 ? fmt::format("{:.2g}", ratio) : fmt::format("{:.0f}", ratio); }

// " (the reference takes 3 µs)", whether it answers or refuses.
std::string time_of_reference(const Invoke& function, const List& arguments) {
    const auto start = std::chrono::steady_clock::now();
    try {
        function(arguments);
    } catch (const std::exception&) {
        // It refuses these arguments, which is an answer too.
    }
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
    return fmt::format(" (the reference takes {})", duration(taken.count()));
}

// Sanitizers and builds without optimisation slow down one side more than the other: there only the answers count.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(__OPTIMIZE__)
constexpr bool is_built_for_speed = false;
#else
constexpr bool is_built_for_speed = true;
#endif

}  // namespace

Session& session() {
    if (!current) throw Error("student() was called outside a judgement");
    return *current;
}
void set_session(Session* session) { current = session; }

Session::Session(WorkerProcess& worker, WorkerProcess& timed, const Lab& lab, const std::vector<Replacement>& mistakes)
    : worker_(worker), timed_(timed), mistakes_(mistakes), speed_counts_(is_built_for_speed) {
    report_.lab = lab.number;
    report_.title = lab.title;
    std::size_t place = 0;
    for (const Task& task : lab.tasks) {
        report_.tasks.push_back({task.number, task.title, task.points, {}, task.builds_on});
        TaskReport& report = report_.tasks.back();
        for (const Function& function : task.functions) {
            functions_[function.address] = {&function, place++, report_.tasks.size() - 1, report.functions.size()};
            report.functions.push_back({.name = function.name});
        }
    }
}

void Session::begin_test(const std::string& task, const std::string& name) {
    const auto found = std::ranges::find(report_.tasks, task, &TaskReport::number);
    if (found == report_.tasks.end())
        throw Error(fmt::format("test {} belongs to task {}, which the lab has not", name, task));
    task_ = static_cast<std::size_t>(found - report_.tasks.begin());
    found->tests.emplace_back().name = name;
    answers_ = checks_ = 0;
    recorded_ = false;
    asked_.clear();
    pace_.clear();
}

void Session::end_test(double seconds) {
    if (!recorded_) {
        // No evidence is never a pass.
        if (answers_ == 0)
            record(Status::failed, "the test asked nothing of this program");
        else if (checks_ == 0)
            record(Status::failed, "the test checked nothing");
        else
            record(Status::passed, pace_);
    }
    test().seconds = seconds;
}

void Session::record(Status status, const std::string& message) {
    if (recorded_) return;  // the first thing that went wrong is what the learner should read
    test().status = status;
    test().message = message;
    recorded_ = true;
}

void Session::count_check(bool holds) {
    ++checks_;
    count_for_asked(holds);
}

void Session::count_for_asked(bool holds) {
    for (const Address address : asked_) {
        FunctionReport& function = part(find(address));
        function.held += holds;
        function.wrong |= !holds;
    }
}

void Session::fail(const std::string& message) { record(Status::failed, message); }

const Session::Entry& Session::find(Address function) const {
    const auto found = functions_.find(function);
    if (found == functions_.end()) throw Error("a test asks for a function that is not in the table of exercises.cpp");
    return found->second;
}

std::string Session::question_line(const Function& function, const List& arguments) const {
    std::string line = function.name + ":";
    for (std::size_t i = 0; i < arguments.size(); ++i) line += "   " + describe(function.parameters[i], arguments[i]);
    return line;
}

// The question, then what became of it.
std::string Session::explain(const Function& function, const List& arguments, const Reply& reply) const {
    std::string text = question_line(function, arguments) + "\n";
    if (reply.status == Status::failed && reply.message.starts_with("changed:")) {
        const auto place = static_cast<std::size_t>(static_cast<unsigned char>(reply.message.back()));
        return text + fmt::format("{} was changed, although it is const: compute into a tensor of your own.",
                                  place < function.parameters.size() ? function.parameters[place] : "an argument");
    }
    text += reply.message;
    if (reply.status == Status::timed_out)
        text += time_of_reference(function.invoke, arguments) + ". Is there a loop that never ends?";
    return text;
}

Reply Session::ask_worker(WorkerProcess& worker, const Entry& entry, const List& arguments, double budget) {
    int& timeouts = timeouts_[entry.function];
    if (timeouts >= patience) {
        record(Status::timed_out,
               fmt::format("{} was not asked again: it did not end {} times before", entry.function->name, patience));
        throw Unanswered{};
    }
    Reply reply;
    try {
        reply = worker.ask(entry.place, arguments, budget);
    } catch (const Error& error) {
        problem_ = error.what();
        record(Status::failed, problem_);
        throw Unanswered{};
    }
    test().output += reply.output;
    timeouts += reply.status == Status::timed_out;
    return reply;
}

void Session::ask_another(const Entry& entry, const List& arguments) {
    const bool first =
        std::ranges::none_of(shapes_asked_, [&](const auto& asked) { return asked.first == entry.function; });
    if (!shapes_asked_.emplace(entry.function, shapes_of(arguments)).second) return;
    if (!first && seconds_of_others_ > patience_for_others) return;
    const std::optional<List> others = reversed(arguments);
    if (!others) return;
    const auto begin = std::chrono::steady_clock::now();
    const std::string printed = test().output;
    const Reply reply = ask_worker(worker_, entry, *others);
    seconds_of_others_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    if (reply.status == Status::passed || reply.status == Status::failed || reply.status == Status::not_started) {
        test().output = printed;  // who looks for a mistake by printing wants to see the question that is told
        return;
    }
    // It crashed, or did not end: that counts where the reference takes these arguments.
    try {
        entry.function->invoke(*others);
    } catch (const std::exception&) {
        return;
    }
    record(reply.status,
           explain(*entry.function, *others, reply) +
               "\nThis was asked first: the question of the test with its numbers in the opposite order.");
    throw Unanswered{};
}

Value Session::ask(Address address, List arguments) {
    const Entry& entry = find(address);
    const Function& function = *entry.function;
    ask_another(entry, arguments);
    asked_.insert(address);
    const Reply reply = ask_worker(worker_, entry, arguments);
    if (reply.status != Status::passed) {
        (reply.status == Status::not_started ? part(entry).not_written : part(entry).wrong) = true;
        record(reply.status, reply.status == Status::not_started ? reply.message : explain(function, arguments, reply));
        throw Unanswered{};
    }
    ++answers_;
    questions_.push_back({&function, std::move(arguments), reply.value});
    return reply.value;
}

void Session::ask_to_reject(Address address, List arguments) {
    const Entry& entry = find(address);
    const Reply reply = ask_worker(worker_, entry, arguments);
    if (reply.rejected) {
        ++answers_, ++checks_;
        return;
    }
    (reply.status == Status::not_started ? part(entry).not_written : part(entry).wrong) = true;
    const std::string question = question_line(*entry.function, arguments);
    if (reply.outside)
        record(Status::failed, question +
                                   "\nThese arguments do not fit together, and your code ran into an index outside a "
                                   "tensor with them. Look at them first: require(condition, \"why\") before anything "
                                   "is read or written.\n" +
                                   reply.message);
    else if (reply.status == Status::passed)
        record(Status::failed, question +
                                   "\nAn exception was expected: these arguments do not fit together. "
                                   "require(condition, \"why\") throws one "
                                   "where the condition does not hold.");
    else if (reply.status == Status::not_started)
        record(reply.status, reply.message);
    else
        record(reply.status,
               explain(*entry.function, arguments, reply) +
                   "\nThese arguments do not fit together; require(condition, \"why\") before anything is "
                   "read or written.");
    throw Unanswered{};
}

const Session::Question* Session::question_answered_with(const Value& answer) const {
    const auto found = std::find_if(questions_.rbegin(), questions_.rend(),
                                    [&](const Question& q) { return identical(q.answer, answer); });
    return found == questions_.rend() ? nullptr : &*found;
}

void Session::check(const Value& answer, const Value& expected, const Tolerance* tolerance) {
    ++checks_;
    const Question* question = question_answered_with(answer);
    const Value allowed = tolerance  ? allowance(expected, *tolerance)
                          : question ? derived_allowance(question->function->invoke, question->arguments, expected)
                                     : allowance(expected, {.relative = 1e-6});
    const std::string name = question ? question->function->result : "the value";
    const std::string text = difference(name, answer, expected, allowed);
    if (question) {
        FunctionReport& function = part(find(question->function->address));
        function.held += text.empty();
        function.wrong |= !text.empty();
    } else {
        count_for_asked(text.empty());
    }
    if (text.empty() || recorded_) return;
    record(Status::failed, (question ? question_line(*question->function, question->arguments) + "\n" : "") + text);
    if (!question) return;
    if (asked_alone_.insert(question->function).second && keeps_something(*question, expected, allowed)) {
        test().diagnosis =
            "Asked first, in a program that was just started, the same question is answered right. Something is kept "
            "from one call to the next: a static or global variable, or an answer remembered for another question of "
            "the same shapes.";
        return;
    }
    // Known mistakes are compared with the answer: their bounds must have its structure, not the expected one's.
    suspects_.push_back({task_, report_.tasks[task_].tests.size() - 1,
                         static_cast<std::size_t>(question - questions_.data()),
                         same_structure(answer, expected) ? allowed : allowance(answer, {.relative = 1e-6})});
}

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
    // The first call of all finds cold caches, and threads that have to be made.
    double learner = answer_in_time(entry, arguments).seconds, other = shortest_time(yardstick.run, round_of_calls);
    for (int round = 1; round < most_rounds; ++round) {
        const double ratio = other / learner;
        // Clear in either direction? What is half as fast as it should be is not made so by a quiet moment.
        if (ratio >= far_above * yardstick.times) break;
        if (round >= fewest_rounds && (ratio >= yardstick.times || ratio < 0.5 * yardstick.times)) break;
        learner = std::min(learner, answer_in_time(entry, arguments).seconds);
        other = std::min(other, shortest_time(yardstick.run, round_of_calls));
    }
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
            for (int round = 0; round < fewest_rounds; ++round) {
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

// The mistake that gives the learner's answer to this question. Where several do, the one that agrees with most of
// the learner's answers; a rounded size, for one, is often also a size too large by one.
const Replacement* Session::name_mistake(const Suspect& suspect) const {
    const Question& asked = questions_[suspect.question];
    const Replacement* best = nullptr;
    std::ptrdiff_t most = 0;
    for (const Replacement& mistake : mistakes_) {
        if (mistake.address != asked.function->address || !gives(mistake, asked, suspect.allowed)) continue;
        const auto agreements = 1 + std::ranges::count_if(questions_, [&](const Question& question) {
                                    return question.function == asked.function && &question != &asked &&
                                           gives(mistake, question, allowed_of(question));
                                });
        if (agreements > most) best = &mistake, most = agreements;
    }
    return best;
}

Report Session::finish() {
    if (!problem_.empty()) throw Error(problem_);
    for (const Suspect& suspect : suspects_)
        if (const Replacement* mistake = name_mistake(suspect))
            report_.tasks[suspect.task].tests[suspect.test].diagnosis = mistake->sentence;
    for (const Slow& slow : slow_)
        if (const Replacement* mistake = name_delay(slow))
            report_.tasks[slow.task].tests[slow.test].diagnosis = mistake->sentence;
    for (const TaskReport& task : report_.tasks)
        for (const TestReport& test : task.tests) report_.seconds += test.seconds;
    return std::move(report_);
}

namespace detail {

Value ask(Address function, List arguments) { return session().ask(function, std::move(arguments)); }
void ask_to_reject(Address function, List arguments) { session().ask_to_reject(function, std::move(arguments)); }
void check_speed(Address function, List arguments, const Yardstick& yardstick) {
    session().check_speed(function, std::move(arguments), yardstick);
}
void check(const Value& answer, const Value& expected, const Tolerance* tolerance) {
    session().check(answer, expected, tolerance);
}

}  // namespace detail

void check_that(bool holds, const std::string& message) {
    session().count_check(holds);
    if (!holds) session().fail(message);
}

}  // namespace cnn::grader
