#include "terminal/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

namespace cnn::terminal {
namespace {

struct Range {
    char32_t first, last;
};

// Signs drawn over the one before them (Unicode's Mn, Me and Cf where they are met in practice), in order.
constexpr std::array no_columns{
    Range{0x0300, 0x036f},  Range{0x0483, 0x0489}, Range{0x0591, 0x05bd}, Range{0x0610, 0x061a},
    Range{0x064b, 0x065f},  Range{0x06d6, 0x06dc}, Range{0x0900, 0x0902}, Range{0x093c, 0x093c},
    Range{0x0941, 0x0948},  Range{0x094d, 0x094d}, Range{0x0e31, 0x0e31}, Range{0x0e34, 0x0e3a},
    Range{0x0e47, 0x0e4e},  Range{0x1ab0, 0x1aff}, Range{0x1dc0, 0x1dff}, Range{0x200b, 0x200f},
    Range{0x2028, 0x202e},  Range{0x2060, 0x2064}, Range{0x20d0, 0x20f0}, Range{0x302a, 0x302d},
    Range{0x3099, 0x309a},  Range{0xfe00, 0xfe0f}, Range{0xfe20, 0xfe2f}, Range{0xfeff, 0xfeff},
    Range{0xe0100, 0xe01ef}};

// East Asian Wide and Fullwidth (Unicode, annex 11) and emoji shown as pictures.
constexpr std::array two_columns{
    Range{0x1100, 0x115f},   Range{0x231a, 0x231b},   Range{0x23e9, 0x23ec},   Range{0x25fd, 0x25fe},
    Range{0x2614, 0x2615},   Range{0x2648, 0x2653},   Range{0x26a1, 0x26a1},   Range{0x2705, 0x2705},
    Range{0x270a, 0x270b},   Range{0x2728, 0x2728},   Range{0x274c, 0x274c},   Range{0x2753, 0x2755},
    Range{0x2757, 0x2757},   Range{0x2795, 0x2797},   Range{0x2b1b, 0x2b1c},   Range{0x2b50, 0x2b50},
    Range{0x2b55, 0x2b55},   Range{0x2e80, 0x303e},   Range{0x3041, 0x33ff},   Range{0x3400, 0x4dbf},
    Range{0x4e00, 0x9fff},   Range{0xa000, 0xa4cf},   Range{0xa960, 0xa97f},   Range{0xac00, 0xd7a3},
    Range{0xf900, 0xfaff},   Range{0xfe30, 0xfe6f},   Range{0xff00, 0xff60},   Range{0xffe0, 0xffe6},
    Range{0x1f300, 0x1f64f}, Range{0x1f680, 0x1f6ff}, Range{0x1f7e0, 0x1f7eb}, Range{0x1f900, 0x1f9ff},
    Range{0x1fa70, 0x1faff}, Range{0x20000, 0x3fffd}};

template <std::size_t count>
bool contains(const std::array<Range, count>& ranges, char32_t sign) {
    const auto after = std::upper_bound(ranges.begin(), ranges.end(), sign,
                                        [](char32_t value, const Range& range) { return value < range.first; });
    return after != ranges.begin() && sign <= std::prev(after)->last;
}

int columns_of(char32_t sign) {
    if (sign < 0x20 || sign == 0x7f) return 0;  // control characters
    if (sign < 0x300) return 1;
    return contains(no_columns, sign) ? 0 : contains(two_columns, sign) ? 2 : 1;
}

// One step through a text: a character, an escape sequence, or a byte that is neither.
struct Piece {
    std::size_t bytes = 1;
    int columns = 1;
    bool is_escape = false;
};

// ESC [ parameters, one final letter (ECMA-48, 5.4)
std::size_t escape_length(std::string_view text) {
    if (text.size() < 2 || text[0] != '\x1b' || text[1] != '[') return 0;
    for (std::size_t i = 2; i < text.size(); ++i)
        if (text[i] >= '@' && text[i] <= '~') return i + 1;
    return text.size();
}

struct Character {
    char32_t sign;
    std::size_t bytes;
};

// The character a text begins with; nothing where the bytes are not UTF-8 (RFC 3629: no surrogates, no long spellings).
std::optional<Character> first_character(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    if (byte(0) < 0x80) return Character{byte(0), 1};
    const std::size_t length = byte(0) >= 0xf0 ? 4 : byte(0) >= 0xe0 ? 3 : 2;
    if (byte(0) < 0xc2 || byte(0) > 0xf4 || text.size() < length) return std::nullopt;
    char32_t sign = byte(0) & (0xffu >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xc0) != 0x80) return std::nullopt;
        sign = (sign << 6) | (byte(i) & 0x3fu);
    }
    constexpr std::array<char32_t, 5> smallest{0, 0, 0x80, 0x800, 0x10000};
    if (sign < smallest[length] || sign > 0x10ffff || (sign >= 0xd800 && sign <= 0xdfff)) return std::nullopt;
    return Character{sign, length};
}

Piece first_piece(std::string_view text) {
    if (const std::size_t length = escape_length(text)) return {length, 0, true};
    const std::optional<Character> character = first_character(text);
    return character ? Piece{character->bytes, columns_of(character->sign)} : Piece{};
}

std::string spaces(int count) { return std::string(static_cast<std::size_t>(std::max(count, 0)), ' '); }

}  // namespace

std::string thousands(std::int64_t number) {
    std::string digits = fmt::format("{}", number);
    const std::ptrdiff_t first = number < 0 ? 1 : 0;
    for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > first; at -= 3)
        digits.insert(static_cast<std::size_t>(at), 1, ',');
    return digits;
}

std::string counted(std::int64_t number, std::string_view noun) {
    return fmt::format("{} {}{}", thousands(number), noun, number == 1 ? "" : "s");
}

std::string duration(double seconds) {
    if (!std::isfinite(seconds) || seconds < 0 || seconds > 1e12) return "-:--";
    const auto whole = static_cast<std::int64_t>(std::llround(seconds));
    if (whole < 3600) return fmt::format("{}:{:02}", whole / 60, whole % 60);
    const std::int64_t minutes = std::llround(seconds / 60);
    if (minutes < 24 * 60) return fmt::format("{} h {} min", minutes / 60, minutes % 60);
    const std::int64_t hours = std::llround(seconds / 3600);
    return fmt::format("{} d {} h", hours / 24, hours % 24);
}

std::string short_duration(double seconds, bool unicode) {
    if (!std::isfinite(seconds) || seconds < 0 || seconds >= 59.95) return duration(seconds);
    // Two digits are enough for people: 3.0 µs, 12 ms, 1.1 s.
    const auto number = [](double value) {
        return value < 9.95 ? fmt::format("{:.1f}", value) : fmt::format("{:.0f}", value);
    };
    if (seconds >= 9.995e-1) return fmt::format("{:.1f} s", seconds);
    if (seconds >= 9.995e-4) return number(seconds * 1e3) + " ms";
    if (seconds >= 9.995e-7) return number(seconds * 1e6) + (unicode ? " µs" : " us");
    return number(seconds * 1e9) + " ns";
}

int display_width(std::string_view text) {
    int columns = 0;
    while (!text.empty()) {
        const Piece piece = first_piece(text);
        columns += piece.columns;
        text.remove_prefix(piece.bytes);
    }
    return columns;
}

std::string pad_right(std::string_view text, int width) {
    return std::string(text) + spaces(width - display_width(text));
}
std::string pad_left(std::string_view text, int width) {
    return spaces(width - display_width(text)) + std::string(text);
}

std::string valid_utf8(std::string_view text) {
    std::string valid;
    while (!text.empty()) {
        const std::optional<Character> character = first_character(text);
        const bool shown = character && ((character->sign >= 0x20 && character->sign != 0x7f) || text[0] == '\n') &&
                           character->sign != 0xfffe && character->sign != 0xffff;
        const std::size_t bytes = character ? character->bytes : 1;
        valid += shown ? text.substr(0, bytes) : std::string_view("\ufffd");
        text.remove_prefix(bytes);
    }
    return valid;
}

std::string shorten(std::string_view text, int width, bool unicode) {
    if (display_width(text) <= width) return std::string(text);
    const std::string_view ellipsis = unicode ? "…" : "...";
    const int room = width - display_width(ellipsis);
    if (room < 0) return std::string(ellipsis.substr(0, unicode || width < 0 ? 0 : static_cast<std::size_t>(width)));
    std::string kept;
    bool dressed = false;
    for (int columns = 0; !text.empty();) {
        const Piece piece = first_piece(text);
        if (columns + piece.columns > room) break;
        columns += piece.columns;
        dressed = dressed || piece.is_escape;
        kept += text.substr(0, piece.bytes);
        text.remove_prefix(piece.bytes);
    }
    kept += ellipsis;
    return dressed ? kept + "\x1b[0m" : kept;
}

}  // namespace cnn::terminal
