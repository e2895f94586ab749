#include "tensor/npy_header.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>

#include "tensor/error.hpp"

namespace cnn {
namespace {

constexpr std::string_view magic = npy_magic;

// Reads the few forms of Python's literals that NumPy writes into a header.
class HeaderParser {
public:
    HeaderParser(std::string_view text, std::string_view name) : rest_(text), name_(name) {}

    NpyHeader parse() {
        std::optional<std::string> type;
        std::optional<bool> fortran_order;
        std::optional<std::vector<Index>> sizes;
        expect('{');
        while (!accept('}')) {
            const std::string key = quoted();
            expect(':');
            if (key == "descr")
                type = descriptor();
            else if (key == "fortran_order")
                fortran_order = boolean();
            else if (key == "shape")
                sizes = tuple();
            else
                fail(fmt::format("an unknown entry '{}'", printable(key)));
            if (!accept(',')) {
                expect('}');
                break;
            }
        }
        skip_blanks();
        if (!rest_.empty()) fail("something after the dictionary");
        if (!type || !fortran_order || !sizes) fail("no 'descr', 'fortran_order' or 'shape'");
        return {*type, *fortran_order, *sizes};
    }

private:
    [[noreturn]] void fail(std::string_view what) const {
        fail_data("{}: damaged .npy header: it has {}", name_, what);
    }

    static std::string printable(std::string_view text) {
        std::string result(text.substr(0, 20));
        for (char& c : result)
            if (c < ' ' || c > '~') c = '?';
        return result;
    }

    void skip_blanks() {
        while (!rest_.empty() && (rest_[0] == ' ' || rest_[0] == '\n')) rest_.remove_prefix(1);
    }
    bool accept(char c) {
        skip_blanks();
        if (rest_.empty() || rest_[0] != c) return false;
        rest_.remove_prefix(1);
        return true;
    }
    void expect(char c) {
        if (!accept(c)) fail(fmt::format("no '{}' where one belongs", c));
    }
    bool accept_word(std::string_view word) {
        skip_blanks();
        if (!rest_.starts_with(word)) return false;
        rest_.remove_prefix(word.size());
        return true;
    }

    std::string quoted() {
        expect('\'');
        const std::size_t end = rest_.find('\'');
        if (end == rest_.npos) fail("a quotation mark that is not closed");
        const std::string text(rest_.substr(0, end));
        rest_.remove_prefix(end + 1);
        return text;
    }
    std::string descriptor() {
        skip_blanks();
        if (rest_.starts_with('['))
            fail_data("{}: holds records, not numbers: save one field of the array alone", name_);
        return quoted();
    }
    bool boolean() {
        if (accept_word("True")) return true;
        if (accept_word("False")) return false;
        fail("neither True nor False for 'fortran_order'");
    }
    Index integer() {
        skip_blanks();
        Index value = 0;
        const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
        if (error != std::errc{} || value < 0) fail("a size that is not a number from 0 to 2^63 - 1");
        rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
        if (rest_.starts_with('L')) rest_.remove_prefix(1);  // as Python 2 wrote long integers
        return value;
    }
    std::vector<Index> tuple() {
        std::vector<Index> values;
        expect('(');
        while (!accept(')')) {
            values.push_back(integer());
            if (!accept(',')) {
                expect(')');
                break;
            }
        }
        return values;
    }

    std::string_view rest_, name_;
};

// Where the header's text lies: after the magic, two bytes of version and two or four of length.
std::pair<std::string_view, std::string_view> split(std::string_view bytes, std::string_view name) {
    if (bytes.empty()) fail_data("{}: the file is empty, expected a .npy file", name);
    if (!bytes.starts_with(magic.substr(0, bytes.size())))
        fail_data("{}: not a .npy file (it does not start with \\x93NUMPY)", name);
    const auto byte = [&](std::size_t i) { return static_cast<std::size_t>(static_cast<unsigned char>(bytes[i])); };
    const std::size_t version = bytes.size() > magic.size() ? byte(magic.size()) : 1;
    if (version < 1 || version > 3)
        fail_data("{}: .npy format version {} is not known here (1, 2 and 3 are)", name, version);
    const std::size_t start = magic.size() + (version == 1 ? 4 : 6);
    const auto fail_cut = [&] {
        fail_data("{}: .npy file cut short in its header, after {} bytes", name, bytes.size());
    };
    if (bytes.size() < start) fail_cut();
    std::size_t length = 0;
    for (std::size_t i = start; i-- > magic.size() + 2;) length = length << 8 | byte(i);
    if (bytes.size() - start < length) fail_cut();
    return {bytes.substr(start, length), bytes.substr(start + length)};
}

}  // namespace

std::pair<NpyHeader, std::string_view> read_npy_header(std::string_view bytes, std::string_view name) {
    const auto [text, data] = split(bytes, name);
    return {HeaderParser(text, name).parse(), data};
}

}  // namespace cnn
