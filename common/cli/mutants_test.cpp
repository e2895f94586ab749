// What is changed in a program to see whether the tests tell.
#include <algorithm>
#include <boost/test/unit_test.hpp>

#include "cli/mutants.hpp"

using namespace cnn::cli;

namespace {

std::vector<std::string> lines_made_of(const std::string& line) {
    std::vector<std::string> made;
    for (const Mutant& mutant : mutants_of(line + "\n")) made.push_back(mutant.is);
    return made;
}
bool has(const std::vector<std::string>& lines, const std::string& line) {
    return std::ranges::find(lines, line) != lines.end();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(mutants)

BOOST_AUTO_TEST_CASE(are_slips_of_the_fingers) {
    BOOST_TEST(has(lines_made_of("if (i < height) return;"), "if (i <= height) return;"));
    BOOST_TEST(has(lines_made_of("sum += a * b;"), "sum = a * b;"));
    BOOST_TEST(has(lines_made_of("sum += a * b;"), "sum += a / b;"));
    BOOST_TEST(has(lines_made_of("sum += a * b;"), ";"));
    BOOST_TEST(has(lines_made_of("y = x.size(2) - 1;"), "y = x.size(3) - 1;"));
    BOOST_TEST(has(lines_made_of("y = x.size(2) - 1;"), "y = x.size(2) - 2;"));
    BOOST_TEST(has(lines_made_of("y = x.size(2) - 1;"), "y = x.size(2) + 1;"));
    BOOST_TEST(has(lines_made_of("y = x(n, c, i, j);"), "y = x(n, c, j, i);"));
    BOOST_TEST(has(lines_made_of("if (a && b) continue;"), "if (a || b) continue;"));
    BOOST_TEST(has(lines_made_of("if (a && b) continue;"), "if (a && b) ;"));
    BOOST_TEST(has(lines_made_of("return -x;"), "return  x;"));
    BOOST_TEST(has(lines_made_of("h = 0.5 * k;"), "h = 0.75 * k;"));
}

BOOST_AUTO_TEST_CASE(are_made_of_code_alone) {
    for (const char* line :
         {"// a < b", "#include <vector>", "text = \"a < b\";  // x + y", "/* 1 + 1", "using X = Y;"})
        for (const std::string& made : lines_made_of(line)) BOOST_TEST(made.ends_with(';'), made);
    BOOST_TEST(lines_made_of("// a < b").empty());
    BOOST_TEST(lines_made_of("std::vector<float> x;").empty());
    const auto behind = mutants_of("int a = '\"';\nint b = c < d;\n");
    BOOST_TEST_REQUIRE(!behind.empty());
    BOOST_TEST(behind.back().line == 2);
    BOOST_TEST(behind.back().source == "int a = '\"';\nint b = c <= d;\n");
}

// Whatever an error says, it is the same refusal.
BOOST_AUTO_TEST_CASE(leave_the_words_of_errors_alone) {
    const auto made = mutants_of("require(a < b, \"x {} of {}\", x.size(0),\n        y - 1);\nz = 1;\n");
    for (const Mutant& mutant : made) BOOST_TEST((mutant.line != 2), mutant.is);
    BOOST_TEST(std::ranges::count(made, 1, &Mutant::line) == 1);
    BOOST_TEST(std::ranges::count(made, 3, &Mutant::line) == 2);
}

BOOST_AUTO_TEST_CASE(are_drawn_by_the_seed_alone) {
    std::string source;
    for (int i = 0; i < 50; ++i) source += "y = a + b;\n";
    const auto all = mutants_of(source);
    const auto lines = [&](std::uint32_t seed) {
        std::vector<int> list;
        for (const Mutant& mutant : sample(all, 5, seed)) list.push_back(mutant.line);
        return list;
    };
    BOOST_TEST(lines(1) == lines(1), boost::test_tools::per_element());
    BOOST_TEST((lines(1) != lines(2)));
    BOOST_TEST(sample(all, 1000, 1).size() == all.size());
}

BOOST_AUTO_TEST_CASE(may_be_known_to_be_no_mistakes) {
    const Mutant mutant{1, "constant", "x = 1;", "x = 2;", ""};
    BOOST_TEST(known_reason("x = 3;\n    other\n\nx = 2;\n    x is not read.\n", mutant) == "x is not read.");
    BOOST_TEST(known_reason("x = 3;\n    other\n", mutant) == "");
    BOOST_TEST(known_reason("", mutant) == "");
}

BOOST_AUTO_TEST_SUITE_END()
