// Submissions that keep the compiler from its end, or borrow the reference: the real compiler makes them.
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
        compiler("exec c++ -std=c++20 -c \"$@\"");
        write("link.sh", "echo '// judge: passed' > \"$3\"\n");
        write("solutions/04-convolution/convolution.cpp", "int f() { return 1; }\n");
        BOOST_TEST(mkfifo(file("pipe").c_str(), 0600) == 0);
    }
    // Its last word; an empty program is built whatever it is, so that the machine is not to blame.
    void compiler(const std::string& command) const {
        write("compile.sh", "#!/bin/sh\ncase $1 in */empty.cpp) exec c++ \"$@\" ;; esac\n" + command + "\n");
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
    compiler("ulimit -v; ulimit -f; exit 1");
    const std::string said = refusal("");
    BOOST_TEST(said != "");
    BOOST_TEST(!has(said, "unlimited"), said);
    compiler("yes | head -c 50000000; exit 1");
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

BOOST_FIXTURE_TEST_CASE(the_reference_cannot_be_borrowed, RealCompiler) {
    fs::create_directory_symlink("solutions", file("elsewhere"));
    write("header.hpp", include("solutions/04-convolution/convolution.cpp"));
    for (const char* path : {"solutions/04-convolution/convolution.cpp", "elsewhere/04-convolution/convolution.cpp",
                             "labs/../solutions/04-convolution/convolution.cpp", "header.hpp"}) {
        const std::string said = refusal(include(path));
        BOOST_TEST(has(said, "includes the reference, solutions/04-convolution/convolution.cpp: not judged."), said);
    }
    BOOST_TEST(has(refusal("#include \"solutions/04-convolution/convolution.cpp\"\n"), "includes the reference"));
    // The compiler's working folder is not ours.
    const std::string said = refusal("#include \"/proc/self/cwd/../solutions/04-convolution/convolution.cpp\"\n");
    BOOST_TEST(has(said, "not judged"), said);
    fs::create_symlink("solutions/04-convolution/convolution.cpp", file("link.cpp"));
    BOOST_TEST(has(refusal_of("link.cpp"), "includes the reference"));
    BOOST_TEST(refusal("#include <vector>\n") == "");
    BOOST_TEST(refusal_of("solutions/04-convolution/convolution.cpp") == "");
}

BOOST_FIXTURE_TEST_CASE(who_borrows_is_told, RealCompiler) {
    write("borrower.cpp", include("solutions/04-convolution/convolution.cpp"));
    const Said said = check("borrower.cpp");
    BOOST_TEST(said.code == 3);
    BOOST_TEST(
        said.out.starts_with("borrower.cpp includes the reference, solutions/04-convolution/convolution.cpp: not "
                             "judged. Take the #include out and write the functions in the file.\n"),
        said.out);
    const Said json = check("borrower.cpp", {"--json"});
    BOOST_TEST(json.code == 3);
    const auto report = nlohmann::json::parse(json.out);
    BOOST_TEST(report["points"] == 0);
    BOOST_TEST(has(report["compiler"].get<std::string>(), "includes the reference"));
}

BOOST_AUTO_TEST_CASE(nor_in_the_learners_own_file) {
    const FakeTree tree;
    tree.write("solutions/04-convolution/convolution.cpp", "the reference\n");
    tree.write(
        "labs/04-convolution/convolution.cpp",
        "// judge: passed\n#include \"" + tree.file("solutions/04-convolution/convolution.cpp").string() + "\"\n");
    for (int time = 0; time < 2; ++time) {  // also when nothing is built any more
        const Said said = tree.lab({"check", "4"});
        BOOST_TEST(said.code == 3);
        BOOST_TEST(has(said.out, "convolution.cpp includes the reference"), said.out);
        BOOST_TEST(has(said.out, "04 convolution was not judged."), said.out);
    }
    tree.submit("passed");
    BOOST_TEST(tree.lab({"check", "4"}).code == 0);
}

BOOST_AUTO_TEST_SUITE_END()
