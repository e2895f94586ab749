// What the trainer wrote down, epoch by epoch.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "plot/csv.hpp"

namespace cnn::plot {

// One measure over the epochs in which it was taken.
struct Measure {
    std::vector<double> epoch, value;
    bool diverged = false;  // the last value is no finite number; such values are not among the above

    bool empty() const { return value.empty(); }
};

// One training run. Accuracies are shares, 0 to 1.
struct TrainingLog {
    std::string name;
    Measure train_loss, train_accuracy, test_loss, test_accuracy;
    std::string kind = {};  // the lab and the network, where they are known: losses of two kinds need not be alike
};

// From the columns "epoch", "train loss", "train accuracy", "test loss" and "test accuracy" of a log, each with or
// without a unit in brackets or underscores for spaces. Others are not looked at, those that are missing stay empty,
// and without "epoch" the rows are counted from 1. Throws DataError when there is nothing to draw: none of the four
// measures, or no row that is whole.
TrainingLog read_training_log(const Csv& csv, const std::string& name);

// Each RUN is a folder that holds a log.csv, or such a file. Several are named by what tells them apart: the lab, and
// the options (options.ini beside the log) that are not the same in all, as "learning-rate 0.1, seed 2" beside "by
// default". Where that names two alike, and for one run, it is the folder, with as many of those above it as are
// needed.
std::vector<TrainingLog> read_training_logs(const std::vector<std::filesystem::path>& runs);

}  // namespace cnn::plot
