// lab check --watch, from the outside: files are saved, signals are sent, keys are pressed.
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <thread>

#include "cli/command_line.hpp"
#include "cli/fake_tree.hpp"

using namespace cnn::cli;

namespace {

// However busy the machine is, by then it has happened.
constexpr std::chrono::seconds deadline{30};

// Looks every 20 ms, until the deadline.
template <class Condition>
bool eventually(Condition&& condition) {
    const auto end = std::chrono::steady_clock::now() + deadline;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > end) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return true;
}

struct Watched {
    FakeTree tree{};
    Said said{};
    std::thread thread{[this] { said = tree.lab({"check", "4", "--watch"}); }};

    bool remembers(const std::string& text) const {
        return eventually([&] { return tree.read(".lab/progress.json").find(text) != std::string::npos; });
    }
    ~Watched() { stop(); }
    void stop() {
        if (!thread.joinable()) return;
        kill(getpid(), SIGINT);
        thread.join();
    }
};

// A container may have no pseudo-terminals: then what needs one is skipped, and counted as skipped.
boost::test_tools::assertion_result has_terminals(boost::unit_test::test_unit_id) {
    const int master = posix_openpt(O_RDWR | O_NOCTTY);
    const bool works = master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0 && ptsname(master) != nullptr &&
                       access(ptsname(master), R_OK | W_OK) == 0;
    if (master >= 0) close(master);
    boost::test_tools::assertion_result result(works);
    if (!works) result.message() << "there are no pseudo-terminals here (is /dev/pts mounted?)";
    return result;
}

// `lab check 4 --watch` in a process and a terminal of its own.
class Terminal {
public:
    explicit Terminal(const FakeTree& tree) {
        winsize size{.ws_row = 40, .ws_col = 90, .ws_xpixel = 0, .ws_ypixel = 0};
        child_ = forkpty(&keys_and_screen_, nullptr, nullptr, &size);
        BOOST_REQUIRE(child_ >= 0);
        if (child_ > 0) return;
        std::FILE* out = fdopen(STDOUT_FILENO, "w");  // keeps lines as a program's own does that begins on a terminal
        const cnn::terminal::Terminal screen{.interactive = true, .unicode = true, .width = 90};
        const int code = command({tree.tree(), out, stderr, screen, screen}, {"check", "4", "--watch"});
        std::fflush(nullptr);
        _exit(code);
    }
    Terminal(const Terminal&) = delete;
    Terminal& operator=(const Terminal&) = delete;
    ~Terminal() {
        if (child_ > 0) kill(child_, SIGKILL), waitpid(child_, nullptr, 0);
        close(keys_and_screen_);
    }

    void press(char key) { BOOST_REQUIRE(write(keys_and_screen_, &key, 1) == 1); }

    // Reads on until this text has come, behind what was waited for before.
    void shows(const std::string& text) {
        const auto end = std::chrono::steady_clock::now() + deadline;
        std::size_t at;
        while ((at = screen_.find(text, seen_)) == std::string::npos && std::chrono::steady_clock::now() < end)
            if (!read_some()) break;
        BOOST_REQUIRE_MESSAGE(at != std::string::npos, "«" << text << "» has not come in:\n" << screen_.substr(seen_));
        seen_ = at + text.size();
    }

    int exit_code() {
        while (read_some()) continue;  // a child that cannot write does not end
        int status = 0;
        waitpid(child_, &status, 0);
        child_ = 0;
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }

    std::size_t shown() const { return screen_.size(); }

private:
    // False when the child has closed its end.
    bool read_some() {
        pollfd source{keys_and_screen_, POLLIN, 0};
        if (poll(&source, 1, 100) <= 0) return true;
        std::array<char, 4096> block{};
        const ssize_t count = read(keys_and_screen_, block.data(), block.size());
        if (count > 0) screen_.append(block.data(), static_cast<std::size_t>(count));
        return count > 0;
    }

    int keys_and_screen_ = -1;
    pid_t child_ = 0;
    std::string screen_{};
    std::size_t seen_ = 0;
};

constexpr const char* keys = "h hint · n next open task · l list of labs · r reset · q quit";

}  // namespace

BOOST_AUTO_TEST_SUITE(watching)

BOOST_AUTO_TEST_CASE(a_saved_file_is_judged_by_itself) {
    Watched watched;
    BOOST_TEST(watched.remembers("\"failed\""));
    watched.tree.submit("not started");  // written beside and renamed, as many editors do
    BOOST_TEST(watched.remembers("\"not started\""));
    const auto path = watched.tree.file("labs/04-convolution/convolution.cpp");
    std::FILE* file = std::fopen(path.c_str(), "w");  // written in place
    BOOST_REQUIRE(file);
    std::fputs("#error\n", file);
    std::fclose(file);
    BOOST_TEST(watched.remembers("does_not_compile"));
    watched.tree.submit("dies");  // a judge that dies does not end the watching
    watched.tree.submit("passed");
    BOOST_TEST(eventually(
        [&] { return watched.tree.read(".lab/progress.json").find("does_not_compile") == std::string::npos; }));
    watched.stop();
    BOOST_TEST(watched.said.code == 0);
    for (const char* part : {"2 of 3 tests fail", "not started", "#error was met", "5 of 5 points."})
        BOOST_TEST(watched.said.out.find(part) != std::string::npos, "«" << part << "» is not in:\n"
                                                                         << watched.said.out);
}

BOOST_AUTO_TEST_CASE(each_key_does_what_its_line_says, *boost::unit_test::precondition(has_terminals)) {
    const FakeTree tree;
    const std::string mine = tree.read("labs/04-convolution/convolution.cpp");
    Terminal terminal(tree);
    terminal.shows("2 of 3 tests fail");
    terminal.shows(keys);
    const auto press = [&](char key, const std::vector<std::string>& answer) {
        terminal.press(key);
        for (const std::string& part : answer) terminal.shows(part);
    };
    press('h', {"Hint 1 of 3.  How many numbers?", keys});
    press('h', {"Hint 2 of 3.  Add them.", keys});
    press('n', {"several channels", keys, "labs/04-convolution/convolution.cpp:2"});
    press('l', {"Sobel to ResNet", "3 of 6 points", keys});
    press('x', {keys});
    press('r', {"Back to the skeleton of 04 convolution?", "(y/n)"});
    press('n', {"Nothing was changed."});
    BOOST_TEST(tree.read("labs/04-convolution/convolution.cpp") == mine);
    press('r', {"(y/n)"});
    press('y', {"is the skeleton again. What you had is in .lab/backup/04-convolution-", "not started", keys});
    BOOST_TEST(tree.read("labs/04-convolution/convolution.cpp").starts_with("// the skeleton"));
    terminal.press('q');
    BOOST_TEST(terminal.exit_code() == 0);
}

// Both the judge and the learner's code print more than fits through a pipe or on a screen.
BOOST_AUTO_TEST_CASE(a_flood_of_output_drowns_nothing, *boost::unit_test::precondition(has_terminals)) {
    const FakeTree tree;
    std::string lines;
    for (int i = 0; i < 50000; ++i) lines += "a flood\\n";
    std::string report = tree.read("reports/failed.json");
    report.replace(report.find("here\\n"), 6, lines);
    tree.write("reports/flood.json", report);
    std::string judge = tree.read("judge.sh");
    judge.insert(judge.find('\n') + 1, "yes 'the judge, too' | head -n 50000\n");
    tree.write("judge.sh", judge);
    tree.submit("flood");
    Terminal terminal(tree);
    for (const std::string part : {"a flood", "(the first 25 of 50,000 lines)", "Stuck?", keys}) terminal.shows(part);
    BOOST_TEST(terminal.shown() < 10000u);
    terminal.press('h');
    terminal.shows("Hint 1 of 3.");
    terminal.press('q');
    BOOST_TEST(terminal.exit_code() == 0);
}

BOOST_AUTO_TEST_SUITE_END()
