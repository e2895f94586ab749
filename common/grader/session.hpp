// One judgement in progress: what was asked, what was answered, and what the tests make of it.
#pragma once
#include <map>
#include <optional>
#include <set>

#include "grader/compare.hpp"
#include "grader/report.hpp"
#include "grader/worker_process.hpp"

namespace cnn::grader {

// Thrown out of a test whose question got no answer. Its verdict is already recorded.
struct Unanswered {};
struct Yardstick;

// Where speed is judged, the learner's calls and the yardstick's are made in turn: seconds for one round of them, and
// the rounds before a verdict.
inline constexpr double round_of_calls = 0.005;
inline constexpr std::size_t fewest_rounds = 3;

class Session {
public:
    // `timed` is the worker whose speed is judged: the same functions, built for speed, on one processor.
    Session(WorkerProcess& worker, WorkerProcess& timed, const Lab& lab, const std::vector<Replacement>& mistakes);

    void begin_test(const std::string& task, const std::string& name);
    void end_test(double seconds);
    // A failure that is not the learner's answer: an assertion of Boost.Test, an exception out of the test itself.
    void fail(const std::string& message);
    void count_check(bool holds);
    // What is slow passes when it is right.
    void judge_answers_only() { speed_counts_ = false; }

    Value ask(Address function, List arguments);
    void ask_to_reject(Address function, List arguments);
    void check(const Value& answer, const Value& expected, const Tolerance* tolerance);
    void check_speed(Address function, List arguments, const Yardstick& yardstick);

    // Names the mistakes and returns the report. The session is over. Error where the machine let no worker be started:
    // then there is no verdict.
    Report finish();

private:
    struct Entry {
        const Function* function;
        std::size_t place;
        std::size_t task, part;  // where the report speaks of it
    };
    struct Question {
        const Function* function;
        List arguments;
        Value answer;
        std::optional<Value> expected, allowed;  // once it has been compared
        bool right;
    };
    // A wrong answer, to be compared with those of the known mistakes once all questions are known.
    struct Suspect {
        std::size_t task, test, question;
        Value allowed;
    };
    // A right answer that came too late.
    struct Slow {
        std::size_t task, test;
        const Function* function;
        List arguments;
        Value expected, allowed;
        double seconds;
    };

    // Seconds of the shortest calls.
    struct Pace {
        double learner, yardstick;
    };

    const Entry& find(Address function) const;
    static std::string numbers_below(const Function& function, const List& arguments);
    std::string question_line(const Function& function, const List& arguments) const;
    TestReport& test() { return report_.tasks[task_].tests.back(); }
    void record(Status status, const std::string& message);
    FunctionReport& part(const Entry& entry) { return report_.tasks[entry.task].functions[entry.part]; }
    // What a comparison of no function in particular says of those that the test has asked.
    void count_for_asked(bool holds);
    // The worker's reply; ends the test when this function has been waited for in vain too often.
    Reply ask_worker(WorkerProcess& worker, const Entry& entry, const List& arguments, double budget = 0);
    // Asks another question of the same shapes before the first of each, whose answer is for nobody: a function that
    // remembers by shape, or keeps something from one call to the next, then answers the question that counts wrong.
    void ask_another(const Entry& entry, const List& arguments);
    // Is the wrong answer right when the program has been asked nothing before?
    bool keeps_something(const Question& question, const Value& expected, const Value& allowed);
    Reply answer_in_time(const Entry& entry, const List& arguments);
    double audited_seconds(const Entry& entry, const List& arguments, const Yardstick& yardstick, const Pace& claimed);
    std::string explain(const Function& function, const List& arguments, const Reply& reply) const;
    Question* question_answered_with(const Value& answer);
    static bool gives(const Replacement& mistake, const Question& question, const Value& allowed);
    static Value allowed_of(const Question& question);
    // What can be said of a function's wrong answers where no known mistake gives them; see families.hpp.
    std::string name_family(const Function& function) const;
    const Replacement* name_mistake(const Suspect& suspect) const;
    std::optional<std::ptrdiff_t> agreements(const Replacement& mistake, const Question& asked) const;
    const Replacement* name_delay(const Slow& slow) const;

    WorkerProcess &worker_, &timed_;
    const std::vector<Replacement>& mistakes_;
    std::map<Address, Entry> functions_;
    Report report_;
    std::size_t task_ = 0;
    int answers_ = 0, checks_ = 0;  // of the test in progress
    bool recorded_ = false;         // its verdict
    std::set<Address> asked_;       // by it
    std::string pace_;              // how fast the answer was, where that is what the test is about
    bool speed_counts_;
    std::string problem_{};  // why the machine does not let a worker be started
    std::map<const Function*, int> timeouts_;
    std::set<std::pair<const Function*, std::string>> shapes_asked_;
    double seconds_of_others_ = 0;  // that were spent on questions whose answers nobody looks at
    std::set<const Function*> asked_alone_;
    std::vector<Question> questions_;
    std::vector<Suspect> suspects_;
    std::vector<Slow> slow_;
};

// The session the tests of this process talk to.
Session& session();
void set_session(Session* session);

}  // namespace cnn::grader
