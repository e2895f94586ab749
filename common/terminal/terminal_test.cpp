#include "terminal/terminal.hpp"

#include <array>
#include <boost/test/unit_test.hpp>
#include <cstdio>
#include <limits>
#include <map>

#include "terminal/status_line.hpp"

using namespace cnn::terminal;

namespace {

Environment environment(std::map<std::string, std::string, std::less<>> variables) {
    return [variables = std::move(variables)](std::string_view name) -> std::optional<std::string> {
        const auto found = variables.find(name);
        if (found == variables.end()) return std::nullopt;
        return found->second;
    };
}

std::string written(const Terminal& terminal, auto&& use) {
    std::FILE* file = std::tmpfile();
    {
        StatusLine line(terminal, file);
        use(line);
    }
    std::rewind(file);
    std::array<char, 1000> bytes{};
    const std::size_t count = std::fread(bytes.data(), 1, bytes.size(), file);
    std::fclose(file);
    return {bytes.data(), count};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(terminals)

BOOST_AUTO_TEST_CASE(colors_are_for_people_who_want_them) {
    BOOST_TEST(describe(environment({{"TERM", "xterm"}}), true, 100).colors);
    BOOST_TEST(!describe(environment({{"TERM", "xterm"}}), false, {}).colors);
    BOOST_TEST(!describe(environment({{"TERM", "dumb"}}), true, 100).colors);
    BOOST_TEST(!describe(environment({{"TERM", "dumb"}}), true, 100).interactive);
    BOOST_TEST(!describe(environment({{"NO_COLOR", "1"}}), true, 100).colors);
    BOOST_TEST(describe(environment({{"NO_COLOR", "1"}}), true, 100).interactive);
    BOOST_TEST(describe(environment({{"NO_COLOR", ""}}), true, 100).colors);  // empty counts as not set
}

BOOST_AUTO_TEST_CASE(width_comes_from_columns_then_the_window) {
    BOOST_TEST(describe(environment({}), true, 132).width == 132);
    BOOST_TEST(describe(environment({{"COLUMNS", "60"}}), true, 132).width == 60);
    BOOST_TEST(describe(environment({{"COLUMNS", "wide"}}), true, 132).width == 132);
    BOOST_TEST(describe(environment({{"COLUMNS", "-3"}}), false, {}).width == 80);
    BOOST_TEST(describe(environment({}), true, 0).width == 80);  // some terminals do not know
    BOOST_TEST(describe(environment({{"COLUMNS", "1"}}), true, 132).width == 20);
    BOOST_TEST(describe(environment({{"COLUMNS", "99999999999"}}), false, {}).width == 80);
}

BOOST_AUTO_TEST_CASE(unicode_is_the_locales_choice) {
    BOOST_TEST(is_utf8_locale(environment({{"LANG", "de_CH.UTF-8"}})));
    BOOST_TEST(is_utf8_locale(environment({{"LANG", "C"}, {"LC_CTYPE", "C.utf8"}})));
    BOOST_TEST(!is_utf8_locale(environment({{"LANG", "C.UTF-8"}, {"LC_ALL", "POSIX"}})));
    BOOST_TEST(is_utf8_locale(environment({{"LANG", "C.UTF-8"}, {"LC_ALL", ""}})));
    BOOST_TEST(!is_utf8_locale(environment({})));
    BOOST_TEST(!describe(environment({{"LANG", "C.UTF-8"}, {"TERM", "linux"}}), true, 80).unicode);
}

BOOST_AUTO_TEST_CASE(styles_disappear_without_colors) {
    const Terminal plain, colored{.colors = true};
    BOOST_TEST(plain.red("failed") == "failed");
    BOOST_TEST(colored.red("failed") == "\x1b[31mfailed\x1b[0m");
    BOOST_TEST(colored.bold("") == "");
    BOOST_TEST(colored.color(208, "x") == "\x1b[38;5;208mx\x1b[0m");
    BOOST_TEST(colored.color(1000, "x") == "\x1b[38;5;255mx\x1b[0m");
}

BOOST_AUTO_TEST_CASE(bars_fill_their_columns) {
    const Terminal ascii, unicode{.unicode = true};
    BOOST_TEST(unicode.progress_bar(0.45, 10) == "━━━━╸     ");
    BOOST_TEST(ascii.progress_bar(0.45, 10) == "====>     ");
    BOOST_TEST(unicode.progress_bar(0.999, 4) == "━━━╸");  // full only when done
    BOOST_TEST(unicode.progress_bar(1, 4) == "━━━━");
    BOOST_TEST(unicode.progress_bar(17, 4) == "━━━━");
    BOOST_TEST(unicode.progress_bar(-1, 4) == "    ");
    BOOST_TEST(unicode.progress_bar(std::numeric_limits<double>::quiet_NaN(), 4) == "    ");
    BOOST_TEST(unicode.progress_bar(0.5, -2) == "");
    BOOST_TEST(unicode.meter(11.0 / 16, 10) == "██████░░░░");
    BOOST_TEST(unicode.meter(7.0 / 10, 10) == "███████░░░");
    BOOST_TEST(ascii.meter(0.25, 4) == "#...");
}

BOOST_AUTO_TEST_CASE(a_status_line_replaces_itself_for_people_only) {
    const auto work = [](StatusLine& line) {
        line.show("10 %");
        line.show("a line much wider than the window");
        line.finish("done");
    };
    BOOST_TEST(written({}, work) == "done\n");
    BOOST_TEST(written({.interactive = true, .unicode = true, .width = 20}, work) ==
               "\r\x1b[K10 %\r\x1b[Ka line much wider …\r\x1b[Kdone\n");
    BOOST_TEST(written({.interactive = true}, [](StatusLine& line) { line.show("10 %"); }) == "\r\x1b[K10 %\r\x1b[K");
}

BOOST_AUTO_TEST_SUITE_END()
