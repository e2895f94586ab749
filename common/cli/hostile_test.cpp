// Submissions that keep the compiler from its end: the real compiler makes them.
#include <sys/stat.h>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "cli/fake_tree.hpp"
#include "cli/judge.hpp"

using namespace cnn::cli;

namespace {

namespace fs = std::filesystem;

struct RealCompiler : FakeTree {
    RealCompiler() {
        write("compile.sh", "exec c++ -std=c++20 -c \"$@\"\n");
        write("link.sh", "echo '// judge: passed' > \"$3\"\n");
        write("solutions/04-convolution/convolution.cpp", "int f() { return 1; }\n");
        BOOST_TEST(mkfifo(file("pipe").c_str(), 0600) == 0);
    }
    // What is said where the file is not judged; empty where it is.
    std::string refusal(const std::string& text, int deadline = 120) const {
        write("submission.cpp", text);
        return refusal_of("submission.cpp", deadline);
    }
    std::string refusal_of(const std::string& path, int deadline = 120) const {
        std::FILE* nowhere = std::tmpfile();
        const Console console{tree(), nowhere, nowhere, {}, {}};
        const Answer answer = ask_judge(
            console, {.choice = choose(all_labs(tree()), "4"), .file = file(path), .compile_deadline = deadline});
        std::fclose(nowhere);
        BOOST_TEST(answer.report.has_value() == answer.compiler.empty());
        return answer.compiler;
    }
    Said check(const std::string& path, std::vector<std::string> more = {}) const {
        std::vector<std::string> words{"check", "4", "--file", file(path).string()};
        words.insert(words.end(), more.begin(), more.end());
        return lab(words);
    }
    std::string include(const std::string& path) const { return "#include \"" + file(path).string() + "\"\n"; }
};

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

// Ends, but not soon.
const std::string endless_constexpr =
    "constexpr int count(int n) { for (int i = 0; i < 200000; ++i) n ^= i; return n; }\n"
    "template <int i> struct S { static constexpr int n = count(i) + S<i - 1>::n; };\n"
    "template <> struct S<0> { static constexpr int n = 0; };\nint f() { return S<800>::n; }\n";

}  // namespace

BOOST_AUTO_TEST_SUITE(hostile_to_the_compiler)

BOOST_FIXTURE_TEST_CASE(what_never_ends_is_stopped, RealCompiler) {
    for (const std::string& text : {include("pipe"), endless_constexpr}) {
        const std::string said = refusal(text, 1);
        BOOST_TEST(said.starts_with("the compiler was stopped after 1 s: is there an #include"), said);
    }
}

BOOST_FIXTURE_TEST_CASE(memory_and_files_are_limited, RealCompiler) {
    write("compile.sh", "ulimit -v; ulimit -f; exit 1\n");
    const std::string said = refusal("");
    BOOST_TEST(said != "");
    BOOST_TEST(!has(said, "unlimited"), said);
    write("compile.sh", "yes | head -c 50000000; exit 1\n");
    BOOST_TEST(refusal("").size() < 3000000u);
}

BOOST_FIXTURE_TEST_CASE(only_files_are_judged, RealCompiler) {
    const Said pipe = check("pipe");
    BOOST_TEST(pipe.code == 2);
    BOOST_TEST(has(pipe.err, "pipe: is a pipe or a device, and a file is judged."), pipe.err);
    write("right.cpp", "int f() { return 1; }\n");
    fs::create_symlink("right.cpp", file("link.cpp"));
    BOOST_TEST(check("link.cpp").code == 0);
}

BOOST_AUTO_TEST_SUITE_END()
