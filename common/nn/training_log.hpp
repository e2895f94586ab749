// The CSV file a training run leaves behind: one row an epoch.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace cnn::nn {

struct EpochResult {
    int epoch = 0;                              // from 1
    double train_loss = 0, train_accuracy = 0;  // means over the epoch, while it was learning; accuracies from 0 to 1
    double test_loss = 0, test_accuracy = 0;    // at its end; NaN without a test set
    double learning_rate = 0;                   // of its first batch
    double images_per_second = 0;               // while training
    double seconds = 0;                         // training and test
};

// The first line, with units, and the row of an epoch, without their line ends. Numbers are written so that reading
// them gives the same bits; NaN is an empty field.
std::string log_header();
std::string log_row(const EpochResult& result);
EpochResult parse_log_row(std::string_view row);  // DataError when it is none

// Throws DataError, with file and line, for anything that is no such log. A last line that was cut short is left out.
std::vector<EpochResult> read_log(const std::filesystem::path& path);

// Puts one line, with its end, behind the file in a single write, and flushes it to the disk: the file never holds part
// of a line, even where the disk fills up. Throws DataError when that fails.
void append_line(const std::filesystem::path& path, std::string_view line);

}  // namespace cnn::nn
