// Ours beside PyTorch, in turn, so that a machine that slows down slows down both.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "bench/training.hpp"

namespace cnn::bench {

struct Comparison {
    TrainingRun run;
    std::vector<TrainingResult> ours, theirs;  // of each pair of runs
    Layout layout;                             // PyTorch's better one
    Spread ratio() const;                      // of the pairs' medians, ours over theirs
    Spread ratio_of_best() const;
};
// `pairs` runs of each; PyTorch with the layout that was faster in a first short run. `report` gets a line of text
// after each pair.
Comparison compare_with_pytorch(const TrainingRun& run, int pairs, const std::function<void(std::string)>& report);

// The networks and batches of the table in docs/performance.md; "lenet5" and so on, or all for an empty filter.
std::vector<TrainingRun> table_runs(const std::string& filter);
// One line of that table, in Markdown.
std::string table_header();
std::string table_row(const Comparison& training, const Comparison& inference);
// Puts `table` between the marks `<!-- NAME -->` and `<!-- /NAME -->` of a document. Throws Error where they are
// missing.
void put_table(const std::string& path, const std::string& name, const std::string& table);

}  // namespace cnn::bench
