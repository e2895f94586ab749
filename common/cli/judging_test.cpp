// Whose text a verdict is about, and what is written where there can be none.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "cli/fake_tree.hpp"
#include "cli/files.hpp"
#include "cli/judged_copy.hpp"

using namespace cnn::cli;

namespace {

void contains(const std::string& text, const std::string& part) {
    BOOST_TEST((text.find(part) != std::string::npos), "«" << part << "» is not in:\n" << text);
}

// Done by the compiler of the tree before it reads anything else, once.
void while_compiling(const FakeTree& tree, const std::string& command) {
    tree.write("while_compiling.sh", "rm ../while_compiling.sh\n" + command + "\n");
}
constexpr const char* made_wrong = "sed -i 's/judge: passed/judge: failed/' ../labs/04-convolution/convolution.cpp";

std::string gradescope(const FakeTree& tree) { return text_of(tree.file("results.json")).value_or("nothing"); }

}  // namespace

BOOST_AUTO_TEST_SUITE(a_verdict)

BOOST_AUTO_TEST_CASE(is_about_the_text_that_was_taken_and_the_next_about_the_next) {
    const FakeTree tree;
    tree.submit("passed");
    while_compiling(tree, made_wrong);
    const Said first = tree.lab({"check", "4"});
    BOOST_TEST(first.code == 0);
    contains(first.out, "The file was saved again meanwhile; this is about the text before.");
    contains(tree.lab({}).out, "5/5   edited since the last check");
    contains(tree.lab({}).out, "On loan: conv2d_forward (4.4).");
    BOOST_TEST(tree.lab({"check", "4"}).code == 1);
    contains(tree.lab({}).out, "3/5   4.4 fails");
}

BOOST_AUTO_TEST_CASE(of_another_file_is_about_the_text_that_was_taken) {
    const FakeTree tree;
    tree.write("theirs.cpp", "// judge: passed\n");
    while_compiling(tree, "echo '// judge: failed' > ../theirs.cpp");
    BOOST_TEST(tree.lab({"check", "4", "--file", tree.file("theirs.cpp")}).code == 0);
    BOOST_TEST(tree.lab({"check", "4", "--file", tree.file("theirs.cpp")}).code == 1);
}

BOOST_AUTO_TEST_CASE(of_a_text_that_comes_back_is_found_again) {
    const FakeTree tree;
    tree.submit("passed");
    tree.lab({"check", "4"});
    tree.submit("failed");
    tree.lab({"check", "4"});
    tree.submit("passed");
    BOOST_TEST(tree.lab({"check", "4"}).code == 0);
}

const std::vector<std::string> names{"hand-in.txt", "convolution.cpp.txt", "convolution.cpp~", "hand-in",
                                     "mine.CPP",    "a \"b\" c.cpp"};
BOOST_DATA_TEST_CASE(does_not_depend_on_the_name_of_the_file, names) {
    const FakeTree tree;
    tree.write(sample, "// judge: passed\n");
    BOOST_TEST(tree.lab({"check", "4", "--file", tree.file(sample)}).code == 0);
    tree.write(sample, "#error\n");
    const Said said = tree.lab({"check", "4", "--file", tree.file(sample)});
    BOOST_TEST(said.code == 3);
    if (sample.find('"') == std::string::npos) contains(said.out, sample + ":1:2: error");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(a_report_that_was_asked_for)

struct Situation {
    const char* name;
    std::string file, lab = "4";
    std::string reason;
};
std::ostream& operator<<(std::ostream& out, const Situation& situation) { return out << situation.name; }
const std::vector<Situation> situations{{"no file", "missing.cpp", "4", "there is no such file"},
                                        {"a folder", "labs", "4", "is a folder"},
                                        {"no lab", "theirs.cpp", "44", "There is no lab 44"},
                                        {"UTF-16", "wide.cpp", "4", "UTF-16"},
                                        {"not a text", "picture.png", "4", "is not a text"}};
BOOST_DATA_TEST_CASE(is_written_though_nothing_could_be_judged, situations) {
    const FakeTree tree;
    tree.write("theirs.cpp", "// judge: passed\n");
    tree.write("wide.cpp", std::string("\xff\xfe/\0/\0", 6));
    tree.write("picture.png", std::string("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16));
    tree.write("results.json", R"({"score": 5})");
    const Said said = tree.lab({"check", sample.lab, "--file", tree.file(sample.file), "--gradescope",
                                tree.file("results.json"), "--junit", tree.file("junit.xml"), "--json"});
    BOOST_TEST(said.code >= 2);
    const auto json = nlohmann::json::parse(said.out);
    BOOST_TEST(json.at("points") == 0);
    contains(said.out, sample.reason);
    BOOST_TEST(nlohmann::json::parse(gradescope(tree)).at("score") == 0);
    contains(gradescope(tree), sample.reason);
    contains(text_of(tree.file("junit.xml")).value_or(""), "<failure");
}

BOOST_AUTO_TEST_CASE(is_written_where_the_compiler_is_not_there) {
    const FakeTree tree;
    tree.submit("passed");
    tree.write("results.json", R"({"score": 5})");
    tree.write("compile.sh", "#!/bin/sh\necho \"no linker here\" >&2\nexit 1\n");
    const Said said = tree.lab({"check", "4", "--gradescope", tree.file("results.json")});
    BOOST_TEST(said.code == 2);
    contains(said.err, "this is not about the file");
    contains(said.err, "no linker here");
    BOOST_TEST(nlohmann::json::parse(gradescope(tree)).at("score") == 0);
    contains(gradescope(tree), "no linker here");
    contains(tree.lab({}).out, "0 of 6 points");
}

BOOST_AUTO_TEST_CASE(is_not_an_older_one_where_the_judge_dies) {
    const FakeTree tree;
    tree.submit("dies");
    tree.write("results.json", R"({"score": 5})");
    BOOST_TEST(tree.lab({"check", "4", "--gradescope", tree.file("results.json")}).code == 2);
    BOOST_TEST(nlohmann::json::parse(gradescope(tree)).at("score") == 0);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(a_copy)

BOOST_AUTO_TEST_CASE(names_the_file_it_was_taken_from) {
    const cnn::TemporaryFolder folder;
    take_copy(folder / "copy.cpp", "\xef\xbb\xbfint x;\n", "/a \"b\"/c\\d.cpp");
    BOOST_TEST(text_of(folder / "copy.cpp").value() == "#line 1 \"/a \\\"b\\\"/c\\\\d.cpp\"\nint x;\n");
}

BOOST_AUTO_TEST_CASE(is_not_written_again_for_the_same_text) {
    const cnn::TemporaryFolder folder;
    take_copy(folder / "copy.cpp", "int x;\n", "/a.cpp");
    const auto before = std::filesystem::last_write_time(folder / "copy.cpp");
    take_copy(folder / "copy.cpp", "int x;\n", "/a.cpp");
    BOOST_TEST((std::filesystem::last_write_time(folder / "copy.cpp") == before));
}

BOOST_AUTO_TEST_CASE(quotation_marks_of_word_processors_are_explained) {
    const std::string text = "int a;\nauto s = “x”;\n";
    contains(explain_characters(text, "a.cpp:2: error: stray ‘\\342’ in program"),
             "Line 2 holds a curly quotation mark");
    contains(explain_characters(text, "a.cpp:2: error: unexpected character <U+201C>"), "Line 2");
    BOOST_TEST(explain_characters(text, "a.cpp:2: error: no such thing") == "");
    BOOST_TEST(explain_characters("int a;\n", "error: stray ‘@’ in program") == "");
}

BOOST_AUTO_TEST_SUITE_END()
