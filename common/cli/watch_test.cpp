// lab check --watch, from the outside: files are saved, signals are sent.
#include <signal.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <thread>

#include "cli/fake_tree.hpp"

using namespace cnn::cli;

namespace {

// Looks every 20 ms, for ten seconds at most.
template <class Condition>
bool eventually(Condition&& condition) {
    for (int i = 0; i < 500; ++i) {
        if (condition()) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return false;
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

BOOST_AUTO_TEST_SUITE_END()
