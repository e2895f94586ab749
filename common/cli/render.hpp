// Reports, as text for a terminal.
#pragma once
#include <string>

#include "cli/progress.hpp"

namespace cnn::cli {

// How wide pages are: the window, but no wider than lines can be read.
int page_width(const terminal::Terminal& screen);

// `left` and `right` at the two ends of a line of the page.
std::string both_ends(const terminal::Terminal& screen, const std::string& left, const std::string& right);

// The text in lines of at most `width` columns, broken at spaces; indented are the first line and the following ones.
std::string fill(const std::string& text, int width, int first_indent, int next_indent);

struct ReportStyle {
    terminal::Terminal screen;
    double build_seconds = 0;
    bool every_test = false;  // tell of every test that did not pass, not of the first of each kind
    std::string only_task{};  // tell of this task's tests only; empty: of all
};

// The verdict: a row a task, and below it the tests that did not pass, each with question, difference and diagnosis.
std::string render_report(const Report& report, const std::string& slug, const ReportStyle& style);

// "9 of 16 points.   Stuck?  ./lab hint 4.4      Debug:  ./lab check 4.4 --debug"
// For the task `focus`, or the first that has not passed.
std::string render_next_step(const Lab& lab, const Progress& progress, const terminal::Terminal& screen,
                             const std::string& focus = {});

}  // namespace cnn::cli
