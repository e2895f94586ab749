#include "terminal/text.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <limits>

using namespace cnn::terminal;

BOOST_AUTO_TEST_SUITE(text)

BOOST_AUTO_TEST_CASE(groups_of_three_digits) {
    BOOST_TEST(thousands(0) == "0");
    BOOST_TEST(thousands(999) == "999");
    BOOST_TEST(thousands(1000) == "1,000");
    BOOST_TEST(thousands(60000) == "60,000");
    BOOST_TEST(counted(1, "epoch") == "1 epoch");
    BOOST_TEST(counted(0, "image") == "0 images");
    BOOST_TEST(counted(60000, "image") == "60,000 images");
    BOOST_TEST(thousands(60965224) == "60,965,224");
    BOOST_TEST(thousands(-123) == "-123");
    BOOST_TEST(thousands(-1234) == "-1,234");
    BOOST_TEST(thousands(std::numeric_limits<std::int64_t>::min()) == "-9,223,372,036,854,775,808");
}

BOOST_AUTO_TEST_CASE(durations_as_on_a_clock) {
    BOOST_TEST(duration(0) == "0:00");
    BOOST_TEST(duration(3.4) == "0:03");
    BOOST_TEST(duration(59.6) == "1:00");
    BOOST_TEST(duration(725) == "12:05");
    BOOST_TEST(duration(3599.7) == "1 h 0 min");
    BOOST_TEST(duration(4320) == "1 h 12 min");
    BOOST_TEST(duration(86399) == "1 d 0 h");
    BOOST_TEST(duration(3 * 86400 + 4 * 3600) == "3 d 4 h");
    BOOST_TEST(duration(-1) == "-:--");
    BOOST_TEST(duration(std::numeric_limits<double>::quiet_NaN()) == "-:--");
    BOOST_TEST(duration(std::numeric_limits<double>::infinity()) == "-:--");
}

BOOST_AUTO_TEST_CASE(short_durations_carry_their_unit) {
    BOOST_TEST(short_duration(0) == "0.0 ns");
    BOOST_TEST(short_duration(3e-6) == "3.0 µs");
    BOOST_TEST(short_duration(3e-6, false) == "3.0 us");
    BOOST_TEST(short_duration(0.0123) == "12 ms");
    BOOST_TEST(short_duration(0.99999) == "1.0 s");
    BOOST_TEST(short_duration(1.13) == "1.1 s");
    BOOST_TEST(short_duration(59.97) == "1:00");
}

BOOST_AUTO_TEST_CASE(width_counts_columns_not_bytes) {
    BOOST_TEST(display_width("") == 0);
    BOOST_TEST(display_width("sobel") == 5);
    BOOST_TEST(display_width("Größe") == 5);
    BOOST_TEST(display_width("e\u0301") == 1);   // e and a combining accent
    BOOST_TEST(display_width("畳み込み") == 8);  // four wide characters
    BOOST_TEST(display_width("━━╸") == 3);
    BOOST_TEST(display_width("\x1b[1;31mred\x1b[0m") == 3);
    BOOST_TEST(display_width("\xff\xfe") == 2);   // not UTF-8: a byte is a column
    BOOST_TEST(display_width("a\xe2\x94") == 3);  // cut in the middle of a character
    BOOST_TEST(display_width("\x1b[") == 0);      // cut in the middle of an escape sequence
}

BOOST_AUTO_TEST_CASE(pads_by_columns) {
    BOOST_TEST(pad_right("Größe", 7) == "Größe  ");
    BOOST_TEST(pad_left("7", 3) == "  7");
    BOOST_TEST(pad_right("long enough", 3) == "long enough");
    BOOST_TEST(pad_right("x", -4) == "x");
}

BOOST_AUTO_TEST_CASE(shortens_by_columns) {
    BOOST_TEST(shorten("convolution", 11) == "convolution");
    BOOST_TEST(shorten("convolution", 5) == "conv…");
    BOOST_TEST(shorten("convolution", 5, false) == "co...");
    BOOST_TEST(shorten("畳み込み", 6) == "畳み…");  // a wide character is not cut in two
    BOOST_TEST(shorten("\x1b[31mconvolution\x1b[0m", 5) == "\x1b[31mconv…\x1b[0m");
    BOOST_TEST(shorten("convolution", 0) == "");
    BOOST_TEST(shorten("convolution", 2, false) == "..");
    BOOST_TEST(shorten("convolution", -3, false) == "");
}

BOOST_AUTO_TEST_CASE(valid_text_stays_and_other_bytes_are_replaced) {
    BOOST_TEST(valid_utf8("Größe 畳\n") == "Größe 畳\n");
    BOOST_TEST(valid_utf8("a\xff"
                          "b") ==
               "a\ufffd"
               "b");
    BOOST_TEST(valid_utf8("\xc0\x80") == "\ufffd\ufffd");            // a long spelling of zero
    BOOST_TEST(valid_utf8("\xed\xa0\x80") == "\ufffd\ufffd\ufffd");  // half a surrogate pair
    BOOST_TEST(valid_utf8("\x1b[31mred") == "\ufffd[31mred");
    BOOST_TEST(valid_utf8(std::string(1, '\0')) == "\ufffd");
    BOOST_TEST(valid_utf8("\xef\xbf\xbf") == "\ufffd");  // U+FFFF, no character
}

BOOST_AUTO_TEST_SUITE_END()
