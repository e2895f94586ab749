// Which operators are the learner's own, and which are on loan from the kernels.
//
// A lab whose functions can take an operator's place lists them in its operators.cpp:
//
//     extern "C" const std::vector<nn::OwnOperator>& own_operators() {
//         static const std::vector<nn::OwnOperator> list{
//             {"conv2d_forward", "4.4", [](nn::Operators& table) { table.conv2d_forward = lab04::conv2d_forward; }}};
//         return list;
//     }
//
// That file and the learner's are built into a shared library of their own (build/mine/lab04.so), so that a lab that
// is unfinished, or does not even compile, keeps nobody from running a later one: its operators are lent.
#pragma once
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "nn/operators.hpp"

namespace cnn::nn {

struct OwnOperator {
    std::string name;  // as in Operators
    std::string task;  // "4.4": used only where this task has passed
    void (*install)(Operators&);
};

struct Loan {
    std::string name;  // of the operator
    std::string task;  // that would make it the learner's own; empty when no lab teaches it yet
    bool own = false;
    std::string reason;  // "4.4 passed", "8.3 not passed yet", "lab04.so could not be built"
};

// Opens every labNN.so in `folder` and installs each operator whose task is in `passed`; where several labs teach one
// (the fast convolution of lab 09, the plain one of lab 04), the last lab's wins. Returns all of them, each once, in
// the order of the tasks. A library that cannot be opened is a loan with its reason, not an error.
std::vector<Loan> install_own_operators(Operators& table, const std::filesystem::path& folder,
                                        const std::set<std::string>& passed);

}  // namespace cnn::nn
