// Numbers, durations and columns of text as people read them. Text is UTF-8 throughout.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace cnn::terminal {

// "60,000", "-1,234,567"
std::string thousands(std::int64_t number);

// "1 epoch", "8 epochs", "60,000 images": nouns whose plural ends in s.
std::string counted(std::int64_t number, std::string_view noun);

// A time of more or less a second upwards, as on a clock: "0:03", "12:05", "1 h 12 min", "3 d 4 h". Rounded to the
// unit shown; negative and not finite durations give "-:--".
std::string duration(double seconds);

// A short time with its unit: "3.0 µs", "12 ms", "1.1 s", from a minute on as duration(). ASCII writes "us".
std::string short_duration(double seconds, bool unicode = true);

// How many columns of a terminal the text takes: combining signs none, East Asian and emoji two, escape sequences
// none, a byte that is not UTF-8 one.
int display_width(std::string_view text);

// The text followed or led by spaces up to `width` columns. Longer text stays as it is.
std::string pad_right(std::string_view text, int width);
std::string pad_left(std::string_view text, int width);

// At most `width` columns: longer text is cut and ends in "…" (ASCII: "..."). Escape sequences are kept whole, and
// ended by a reset where one was cut.
std::string shorten(std::string_view text, int width, bool unicode = true);

// The text with "�" for bytes that are not UTF-8 and for control characters other than line ends: fit for files that
// hold UTF-8 only, and for showing what somebody else wrote.
std::string valid_utf8(std::string_view text);

}  // namespace cnn::terminal
