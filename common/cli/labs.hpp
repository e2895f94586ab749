// The labs there are: what labs/NN-topic/tasks.json says about each.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "cli/tree.hpp"

namespace cnn::cli {

struct Task {
    std::string number;  // "4.4"
    std::string title;
    int points = 0;
    std::vector<std::string> functions{};  // that the learner writes for it
};

struct Lab {
    std::string number;  // "04"
    std::string slug;    // "convolution"
    std::string title;
    std::string part;  // of the workbook
    int max_points = 0;
    std::vector<Task> tasks{};
    bool timed = false;  // its tests judge speed, too

    std::string name() const { return number + " " + slug; }
    // What the judge asks: the learner's file compiled for grading and, where speed is judged, for speed.
    std::vector<std::string> workers() const;
    std::string folder_name() const { return number + "-" + slug; }
    // "4": as it stands before the point in "4.4".
    std::string short_number() const { return number.substr(number.find_first_not_of('0')); }
    const Task* find(const std::string& task) const;

    std::filesystem::path folder(const Tree& tree) const { return tree.root / "labs" / folder_name(); }
    std::filesystem::path file(const Tree& tree) const { return folder(tree) / (slug + ".cpp"); }
    std::filesystem::path reference(const Tree& tree) const {
        return tree.root / "solutions" / folder_name() / (slug + ".cpp");
    }
};

// Every lab, in order: of a lab that is being written there is no tasks.json until `lab verify --write` makes it.
// CannotWork where a table is damaged or there is none.
std::vector<Lab> all_labs(const Tree& tree);

// A lab, and one of its tasks if the request names one.
struct Choice {
    Lab lab;
    std::optional<Task> task{};
};

// "4", "04", "04-convolution", "convolution" or "4.4". UsageError says which labs or tasks there are.
Choice choose(const std::vector<Lab>& labs, const std::string& request);

// The line (from 1) of `function`'s definition in a source text; 0 when it is not there.
int line_of(const std::string& source, const std::string& function);

// "labs/04-convolution/convolution.cpp:71": the place to work on a task.
std::string place(const Tree& tree, const Lab& lab, const Task& task);

}  // namespace cnn::cli
