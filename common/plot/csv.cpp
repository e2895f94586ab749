#include "plot/csv.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

#include "tensor/error.hpp"
#include "tensor/file.hpp"
#include "tensor/text_lines.hpp"

namespace cnn::plot {
namespace {

constexpr std::uint64_t size_limit = 64 << 20;

// Takes records off the front of a text.
class Reader {
public:
    Reader(std::string_view text, const std::string& name) : text_(text), name_(name) {}

    bool at_end() const { return at_ == text_.size(); }
    std::size_t line() const { return line_; }

    struct Record {
        std::vector<std::string> fields;
        bool ended = false;  // by a line end, not by the end of the text
        bool is_blank() const { return fields.size() == 1 && fields[0].empty(); }
    };
    Record next() {
        Record record{.fields = {""}};
        const std::size_t first_line = line_;
        bool quoted = false;
        for (; !at_end(); ++at_) {
            const char c = text_[at_];
            const bool ends_line = c == '\n' || (c == '\r' && !text_.substr(at_ + 1).starts_with('\n'));  // old Macs
            if (ends_line) ++line_;
            if (quoted && c == '"' && at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
                record.fields.back() += text_[++at_];
            } else if (c == '"') {
                quoted = !quoted;
            } else if (ends_line && !quoted) {
                ++at_;
                record.ended = true;
                break;
            } else if (c == ',' && !quoted) {
                record.fields.emplace_back();
            } else if (c == '\0') {
                fail_data("{}:{}: holds a zero byte: not a table of comma-separated values", name_, line_);
            } else {
                record.fields.back() += c;
            }
        }
        if (quoted && !is_last(first_line)) fail_data("{}:{}: the quote that opens here never ends", name_, first_line);
        trim_line_end(record);
        return record;
    }

private:
    // An open quote in the last line is only the cut; one further up swallowed the lines below it.
    bool is_last(std::size_t first_line) const { return line_ == first_line; }
    static void trim_line_end(Record& record) {
        if (std::string& last = record.fields.back(); last.ends_with('\r')) last.pop_back();
    }

    std::string_view text_;
    const std::string& name_;
    std::size_t at_ = 0, line_ = 1;
};

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::string shown(std::string_view field) {
    constexpr std::size_t longest = 40;
    return field.size() <= longest ? std::string(field) : std::string(field.substr(0, longest)) + "…";
}

}  // namespace

Csv Csv::parse(std::string_view text, const std::string& name) {
    text = utf8_text(text, name);
    Csv csv;
    csv.name_ = name;
    Reader reader(text, name);
    while (!reader.at_end()) {
        const std::size_t line = reader.line();
        Reader::Record record = reader.next();
        if (!record.ended) {
            csv.was_cut_ = true;
            break;
        }
        if (record.is_blank()) continue;
        if (csv.header_.empty()) {
            for (std::string& field : record.fields) field = trimmed(field);
            csv.header_ = std::move(record.fields);
            continue;
        }
        if (record.fields.size() != csv.header_.size())
            fail_data("{}:{}: {} fields, but the header names {} columns", name, line, record.fields.size(),
                      csv.header_.size());
        csv.rows_.push_back({line, std::move(record.fields)});
    }
    if (csv.header_.empty()) fail_data("{}: empty, expected a line with the names of the columns", name);
    for (auto column = csv.header_.begin(); column != csv.header_.end(); ++column)
        if (std::find(csv.header_.begin(), column, *column) != column)
            fail_data("{}:1: two columns are called \"{}\"", name, shown(*column));
    return csv;
}

Csv Csv::read(const std::filesystem::path& path) { return parse(read_file(path, size_limit), path.string()); }

std::optional<std::size_t> Csv::find(std::string_view column) const {
    const auto found = std::find(header_.begin(), header_.end(), column);
    if (found == header_.end()) return std::nullopt;
    return static_cast<std::size_t>(found - header_.begin());
}

std::size_t Csv::place_of(std::string_view column) const {
    const std::optional<std::size_t> place = find(column);
    if (!place)
        fail_data("{}: has no column \"{}\"; there are {}", name_, column,
                  shown(fmt::format("{}", fmt::join(header_, ", "))));
    return *place;
}

std::vector<std::string> Csv::texts(std::string_view column) const {
    const std::size_t place = place_of(column);
    std::vector<std::string> all;
    for (const Row& row : rows_) all.push_back(row.fields[place]);
    return all;
}

std::vector<std::optional<double>> Csv::numbers(std::string_view column) const {
    const std::size_t place = place_of(column);
    std::vector<std::optional<double>> all;
    for (const Row& row : rows_) {
        const std::string_view field = trimmed(row.fields[place]);
        if (field.empty()) {
            all.emplace_back();
            continue;
        }
        double number = 0;
        const auto [end, problem] = std::from_chars(field.data(), field.data() + field.size(), number);
        if (problem != std::errc{} || end != field.data() + field.size())
            fail_data("{}:{}: {} is \"{}\", expected a number", name_, row.line, column, shown(field));
        all.emplace_back(number);
    }
    return all;
}

}  // namespace cnn::plot
