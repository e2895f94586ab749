#include "grader/session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "grader/judge.hpp"
#include "grader/numbers.hpp"
#include "grader/second_question.hpp"

namespace cnn::grader {
namespace {

// A function that never ends is asked this often, then no more: a learner should not wait a minute for one verdict.
constexpr int patience = 2;
// Seconds that may be spent on questions whose answers nobody looks at, once every function has been asked one.
constexpr double patience_for_others = 0.1;

Session* current = nullptr;

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

// What the reference says to arguments that it refuses: the first line.
std::optional<std::string> refusal_of(const Function& function, const List& arguments) {
    try {
        function.invoke(arguments);
    } catch (const std::exception& refusal) {
        const std::string_view text = refusal.what();
        return std::string(text.substr(0, text.find('\n')));
    }
    return std::nullopt;
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
    return function.name + ":" + describe_all(function.parameters, arguments);
}

// The numbers of small arguments, each row on a line of its own.
std::string Session::numbers_below(const Function& function, const List& arguments) {
    const std::string rows = rows_of(function.parameters, arguments);
    return rows.empty() ? "" : "\n" + rows;
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
    if (reply.rejected && !refusal_of(function, arguments)) text += "\nThe reference answers this question.";
    return text + numbers_below(function, arguments);
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
    questions_.push_back({&function, std::move(arguments), reply.value, {}, {}, true});
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
    const std::string reason = refusal_of(*entry.function, arguments).value_or("these arguments do not fit together");
    const std::string numbers = numbers_below(*entry.function, arguments);
    if (reply.outside)
        record(Status::failed, question +
                                   "\nThese arguments do not fit together, and your code ran into an index outside a "
                                   "tensor with them. Look at them first: require(condition, \"why\") before anything "
                                   "is read or written.\n" +
                                   reply.message + "\nThe reference refuses them: " + reason + numbers);
    else if (reply.status == Status::passed)
        record(Status::failed, question +
                                   "\nAn exception was expected. require(condition, \"why\") throws one where the "
                                   "condition does not hold. The reference refuses these arguments: " +
                                   reason + numbers);
    else if (reply.status == Status::not_started)
        record(reply.status, reply.message);
    else
        record(reply.status,
               explain(*entry.function, arguments, reply) +
                   "\nThese arguments do not fit together; require(condition, \"why\") before anything is "
                   "read or written.");
    throw Unanswered{};
}

Session::Question* Session::question_answered_with(const Value& answer) {
    const auto found = std::find_if(questions_.rbegin(), questions_.rend(),
                                    [&](const Question& q) { return identical(q.answer, answer); });
    return found == questions_.rend() ? nullptr : &*found;
}

void Session::check(const Value& answer, const Value& expected, const Tolerance* tolerance) {
    ++checks_;
    Question* question = question_answered_with(answer);
    const Value allowed = tolerance  ? allowance(expected, *tolerance)
                          : question ? derived_allowance(question->function->invoke, question->arguments, expected)
                                     : allowance(expected, {.relative = 1e-6});
    const std::string name = question ? question->function->result : "the value";
    const std::string text = difference(name, answer, expected, allowed);
    if (question) {
        FunctionReport& function = part(find(question->function->address));
        function.held += text.empty();
        function.wrong |= !text.empty();
        if (question->right) question->expected = expected, question->allowed = allowed, question->right = text.empty();
    } else {
        count_for_asked(text.empty());
    }
    if (text.empty() || recorded_) return;
    record(Status::failed, !question ? text
                                     : question_line(*question->function, question->arguments) + "\n" + text +
                                           numbers_below(*question->function, question->arguments));
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
