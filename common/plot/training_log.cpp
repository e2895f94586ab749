#include "plot/training_log.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <set>
#include <system_error>

#include "tensor/error.hpp"

namespace cnn::plot {
namespace {

namespace fs = std::filesystem;

// "train_accuracy" and "train accuracy (0 to 1)" mean the same.
std::string plain_name(std::string column) {
    std::replace(column.begin(), column.end(), '_', ' ');
    return column.substr(0, column.find(" ("));
}

std::optional<std::string> find_column(const Csv& csv, std::string_view plain) {
    for (const std::string& column : csv.header())
        if (plain_name(column) == plain) return column;
    return std::nullopt;
}

std::vector<double> epochs_of(const Csv& csv) {
    std::vector<double> epochs;
    const std::optional<std::string> column = find_column(csv, "epoch");
    if (!column)
        for (std::size_t row = 0; row < csv.rows(); ++row) epochs.push_back(static_cast<double>(row + 1));
    else
        for (const std::optional<double>& epoch : csv.numbers(*column)) epochs.push_back(epoch.value_or(NAN));
    return epochs;
}

Measure measure(const Csv& csv, const std::vector<double>& epochs, std::string_view plain) {
    Measure measure;
    const std::optional<std::string> column = find_column(csv, plain);
    if (!column) return measure;
    const std::vector<std::optional<double>> values = csv.numbers(*column);
    // What is measured while training exists in every epoch: an empty field is the trainer's way to write NaN.
    const bool every_epoch = plain.starts_with("train");
    for (std::size_t row = 0; row < values.size(); ++row) {
        if (!std::isfinite(epochs[row])) continue;
        if (!values[row] && !every_epoch) continue;  // not taken in this epoch
        measure.diverged = !values[row] || !std::isfinite(*values[row]);
        if (measure.diverged) continue;
        measure.epoch.push_back(epochs[row]);
        measure.value.push_back(*values[row]);
    }
    return measure;
}

fs::path log_of(const fs::path& run) {
    std::error_code ignored;
    return fs::is_directory(run, ignored) ? run / "log.csv" : run;
}

// "c" of a/b/c/log.csv for one folder, "b/c" for two.
std::string last_folders(const fs::path& log, int count) {
    std::error_code error;
    fs::path folder = fs::absolute(log, error).lexically_normal().parent_path();
    fs::path name = folder.filename();
    while (--count > 0 && folder.has_relative_path()) {
        folder = folder.parent_path();
        name = folder.filename() / name;
    }
    // A log that is not called log.csv is known by its own name.
    if (log.filename() != "log.csv") name = count > 0 || name.empty() ? log.stem() : name / log.stem();
    return name.string();
}

std::vector<std::string> names_of(const std::vector<fs::path>& logs) {
    std::vector<std::string> names;
    for (int folders = 1; folders <= 8; ++folders) {
        names.clear();
        for (const fs::path& log : logs) names.push_back(last_folders(log, folders));
        if (std::set<std::string>(names.begin(), names.end()).size() == names.size()) break;
    }
    return names;
}

using RunOptions = std::map<std::string, std::string>;

// "learning-rate=0.1" and "net=\"plain20\"", a line each.
RunOptions options_beside(const fs::path& log) {
    RunOptions options;
    std::ifstream file(log.parent_path() / "options.ini");
    for (std::string line; std::getline(file, line);) {
        const std::size_t equals = line.find('=');
        if (equals == std::string::npos || line.front() == '#' || line.front() == ';') continue;
        std::string value = line.substr(equals + 1);
        std::erase(value, '"');
        options[line.substr(0, equals)] = value;
    }
    return options;
}

std::string lab_of(const fs::path& log) {
    std::error_code error;
    return fs::absolute(log, error).lexically_normal().parent_path().parent_path().filename().string();
}

// What tells each run from the others; empty where that does not name each.
std::vector<std::string> differences_of(const std::vector<fs::path>& logs) {
    std::vector<RunOptions> options;
    std::set<std::string> keys, labs;
    for (const fs::path& log : logs) {
        options.push_back(options_beside(log));
        labs.insert(lab_of(log));
        for (const auto& [key, value] : options.back()) keys.insert(key);
    }
    std::erase_if(keys, [&](const std::string& key) {
        return std::ranges::all_of(options, [&](const RunOptions& one) {
            return one.contains(key) == options[0].contains(key) &&
                   (!one.contains(key) || one.at(key) == options[0].at(key));
        });
    });
    if (keys.empty()) return {};
    std::vector<std::string> names;
    for (std::size_t i = 0; i < logs.size(); ++i) {
        std::string name = labs.size() > 1 ? lab_of(logs[i]) : "";
        for (const std::string& key : keys)
            if (const auto found = options[i].find(key); found != options[i].end())
                name += fmt::format("{}{} {}", name.empty() ? "" : ", ", key, found->second);
        names.push_back(name.empty() ? "by default" : name);
    }
    return std::set<std::string>(names.begin(), names.end()).size() == logs.size() ? names : std::vector<std::string>();
}

}  // namespace

TrainingLog read_training_log(const Csv& csv, const std::string& name) {
    const std::vector<double> epochs = epochs_of(csv);
    TrainingLog log{name, measure(csv, epochs, "train loss"), measure(csv, epochs, "train accuracy"),
                    measure(csv, epochs, "test loss"), measure(csv, epochs, "test accuracy")};
    if (!find_column(csv, "train loss") && !find_column(csv, "train accuracy") && !find_column(csv, "test loss") &&
        !find_column(csv, "test accuracy"))
        fail_data("{}: no training log: no column is called train loss, train accuracy, test loss or test accuracy",
                  name);
    if (log.train_loss.empty() && log.train_accuracy.empty() && log.test_loss.empty() && log.test_accuracy.empty())
        fail_data("{}: no epoch is finished yet, so there is nothing to draw", name);
    return log;
}

std::vector<TrainingLog> read_training_logs(const std::vector<fs::path>& runs) {
    std::vector<fs::path> files;
    for (const fs::path& run : runs) files.push_back(log_of(run));
    std::vector<std::string> names = files.size() > 1 ? differences_of(files) : std::vector<std::string>();
    if (names.empty()) names = names_of(files);
    std::vector<TrainingLog> logs;
    for (std::size_t i = 0; i < files.size(); ++i) {
        logs.push_back(read_training_log(Csv::read(files[i]), files[i].string()));
        logs.back().name = names[i];
        const RunOptions options = options_beside(files[i]);
        const auto net = options.find("net");
        logs.back().kind = lab_of(files[i]) + (net == options.end() ? "" : " " + net->second);
    }
    return logs;
}

}  // namespace cnn::plot
