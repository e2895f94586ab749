#include "tensor/text_lines.hpp"

#include <boost/test/unit_test.hpp>

#include "tensor/error.hpp"
#include "tensor/file.hpp"

using namespace cnn;
using namespace std::string_literals;

namespace {

using Lines = std::vector<std::string>;

std::string refusal(const std::string& text) {
    try {
        text_lines(text, "labels.txt");
    } catch (const DataError& error) {
        return error.what();
    }
    return "read";
}

// The same in UTF-16.
std::string utf16(const std::string& text, bool is_little) {
    std::string wide;
    for (const char c : text) wide += is_little ? std::string{c, '\0'} : std::string{'\0', c};
    return wide;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(lines_of_text)

BOOST_AUTO_TEST_CASE(are_the_same_whatever_ends_them) {
    const Lines expected{"cat", "", "Eisbär"};
    for (const std::string& end : {"\n"s, "\r\n"s, "\r"s})
        for (const std::string& mark : {""s, "\xef\xbb\xbf"s})
            for (const std::string& rest : {""s, end, end + end + "  " + end})
                BOOST_TEST(text_lines(mark + "cat" + end + end + "Eisbär" + rest, "") == expected,
                           boost::test_tools::per_element());
    BOOST_TEST(text_lines("", "").empty());
    BOOST_TEST(text_lines("\xef\xbb\xbf", "").empty());
    BOOST_TEST(text_lines("\n\n", "").empty());
    BOOST_TEST(text_lines(" a\tb ", "") == Lines{" a\tb "}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(in_utf16_or_none_are_refused) {
    for (const bool is_little : {true, false}) {
        const std::string mark = is_little ? "\xff\xfe" : "\xfe\xff";
        for (const std::string& text : {mark + utf16("cat\ndog\n", is_little), utf16("cat\ndog\n", is_little)})
            BOOST_TEST(refusal(text) == "labels.txt: the text is in UTF-16, as Windows writes it: save it as UTF-8");
    }
    BOOST_TEST(refusal("cat\0dog"s) == "labels.txt: not a text file");
    BOOST_TEST(refusal("PK\3\4\0\0"s) == "labels.txt: not a text file but a ZIP archive: unpack it first");
}

BOOST_AUTO_TEST_CASE(come_from_files) {
    const TemporaryFolder folder;
    replace_file(folder / "labels.txt",
                 "\xef\xbb\xbf"
                 "cat\r\ndog\r\n");
    BOOST_TEST(read_lines(folder / "labels.txt") == (Lines{"cat", "dog"}), boost::test_tools::per_element());
    BOOST_CHECK_THROW(read_lines(folder / "missing.txt"), DataError);
    BOOST_CHECK_THROW(read_lines(folder.path()), DataError);
}

BOOST_AUTO_TEST_SUITE_END()
