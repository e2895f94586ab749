// Tables of comma-separated values, as the trainer writes them and spreadsheets save them.
#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cnn::plot {

// RFC 4180: a header, then rows with as many fields; fields in "…" may hold commas, line ends and "" for a quote.
class Csv {
public:
    // `name` stands for the text in messages. A last line without a line end was still being written when its program
    // stopped: it is left out, and was_cut() says so. Empty lines are skipped.
    // Throws DataError, with the line, for rows longer or shorter than the header, quotes that never end, and a missing
    // or doubled column name.
    static Csv parse(std::string_view text, const std::string& name);
    // At most 64 MiB are read.
    static Csv read(const std::filesystem::path& path);

    const std::vector<std::string>& header() const { return header_; }
    std::size_t rows() const { return rows_.size(); }
    bool was_cut() const { return was_cut_; }

    bool has(std::string_view column) const { return find(column).has_value(); }
    // A column, from the top. DataError when there is none of that name.
    std::vector<std::string> texts(std::string_view column) const;
    // The same as numbers; an empty field is no number, "nan" and "inf" are. DataError, with the line, for anything
    // else.
    std::vector<std::optional<double>> numbers(std::string_view column) const;

private:
    struct Row {
        std::size_t line;  // where it begins, from 1
        std::vector<std::string> fields;
    };
    std::optional<std::size_t> find(std::string_view column) const;
    std::size_t place_of(std::string_view column) const;

    std::string name_;
    std::vector<std::string> header_;
    std::vector<Row> rows_;
    bool was_cut_ = false;
};

}  // namespace cnn::plot
