// Wrong answers to 13.1: table 1 and its parameters.
#pragma once
#include <algorithm>

#include "grader/exercise.hpp"
#include "probes.hpp"

namespace cnn::lab13::wrong {

using grader::mistake;
using grader::Replacement;

// ---- 13.1: the table ----

template <class F>
std::vector<Line> column_with(Configuration which, const F& change) {
    std::vector<Line> lines = column(which);
    change(lines);
    return lines;
}

// The lines without those that `drop` picks.
template <class F>
std::vector<Line> column_without(Configuration which, const F& drop) {
    return column_with(which, [&](std::vector<Line>& lines) { std::erase_if(lines, drop); });
}

inline std::vector<Line> lrn_in_every_block(Configuration which) {
    if (which != Configuration::A_LRN) return column(which);
    std::vector<Line> lines;
    for (const Line& line : column(Configuration::A)) {
        if (line.kind == Kind::maxpool) lines.push_back({Kind::lrn});
        lines.push_back(line);
    }
    return lines;
}

inline std::vector<Line> lrn_twice(Configuration which) {
    if (which != Configuration::A_LRN) return column(which);
    std::vector<Line> lines;
    for (const Line& line : column(Configuration::A)) {
        lines.push_back(line);
        if (line.kind == Kind::conv && line.filters <= 128) lines.push_back({Kind::lrn});
    }
    return lines;
}
inline std::vector<Line> ones_first(Configuration which) {
    std::vector<Line> lines = column(which);
    for (std::size_t i = 2; i < lines.size(); ++i)
        if (lines[i].kind == Kind::conv && lines[i].size == 1) std::swap(lines[i], lines[i - 2]);
    return lines;
}
// E with a convolution less in the block of this number, from 0.
template <int short_block>
std::vector<Line> e_with_short_block(Configuration which) {
    if (which != Configuration::E) return column(which);
    std::vector<Line> lines;
    int block = 0;
    for (const Line& line : column(which)) {
        const bool first = line.kind == Kind::conv && (lines.empty() || lines.back().kind == Kind::maxpool);
        if (!(first && block == short_block)) lines.push_back(line);
        block += line.kind == Kind::maxpool;
    }
    return lines;
}

// One convolution more in the first two blocks, as B has over A.
inline std::vector<Line> early_blocks_of_a(Configuration which) {
    if (which == Configuration::A || which == Configuration::A_LRN) return column(which);
    std::vector<Line> lines;
    for (const Line& line : column(which)) {
        const bool twice = !lines.empty() && lines.back() == line && line.filters <= 128;
        if (!twice) lines.push_back(line);
    }
    return lines;
}

// ---- 13.1: parameters ----

struct CountFaults {
    Index bias = 1, side = 224, dense_bias = 1;
    bool forgets_channels = false, one_hidden = false, forgets_last = false, pads_to_seven = false;
};
inline Index parameters_with(const std::vector<Line>& lines, Index classes, const CountFaults& faults) {
    Index parameters = 0, channels = 3, side = faults.side;
    for (const Line& line : lines) {
        if (line.kind == Kind::maxpool) side /= 2;
        if (line.kind != Kind::conv) continue;
        const Index depth = faults.forgets_channels ? 1 : channels;
        parameters += line.filters * (depth * line.size * line.size + faults.bias);
        channels = line.filters;
    }
    if (faults.pads_to_seven) side = 7;
    Index inputs = channels * side * side;
    std::vector<Index> neurons{4096, 4096, classes};
    if (faults.one_hidden) neurons.erase(neurons.begin());
    if (faults.forgets_last) neurons.pop_back();
    for (const Index outputs : neurons) {
        parameters += outputs * (inputs + faults.dense_bias);
        inputs = outputs;
    }
    return parameters;
}

inline std::vector<Replacement> table_mistakes() {
    return {
        mistake(column, "threes_in_c",
                "the third convolutions of C's last three blocks are of 3×3, as in D: C has them of 1×1.",
                [](Configuration which) { return column(which == Configuration::C ? Configuration::D : which); }),
        mistake(column, "ones_in_d",
                "the third convolutions of D's last three blocks are of 1×1, as in C: D has 3×3 throughout.",
                [](Configuration which) { return column(which == Configuration::D ? Configuration::C : which); }),
        mistake(column, "lrn_in_every_block",
                "A-LRN normalises in every block: it does so only once, behind the first convolution.",
                lrn_in_every_block),
        mistake(column, "lrn_in_two_blocks",
                "A-LRN normalises behind the first two convolutions, as AlexNet does: it does so behind the first one "
                "only.",
                lrn_twice),
        mistake(column, "ones_before_threes",
                "C's 1×1 convolutions come first in their blocks: they stand behind the two of 3×3.", ones_first),
        mistake(column, "e_as_d", "E has three convolutions in each of its last three blocks, as D: it has four.",
                [](Configuration which) { return column(which == Configuration::E ? Configuration::D : which); }),
        mistake(column, "e_third_block_short",
                "E's third block (256 filters) has three convolutions: each of the last three blocks has four.",
                e_with_short_block<2>),
        mistake(column, "e_fourth_block_short",
                "E's fourth block has three convolutions: each of the last three blocks has four.",
                e_with_short_block<3>),
        mistake(column, "e_last_block_short",
                "E's last block has three convolutions: each of the last three blocks has four.",
                e_with_short_block<4>),
        mistake(column, "lrn_forgotten", "A-LRN is the same as A: its LRN behind the first convolution is missing.",
                [](Configuration which) {
                    return column_without(which, [](const Line& line) { return line.kind == Kind::lrn; });
                }),
        mistake(column, "early_blocks_of_a",
                "the first two blocks have one convolution, as in A: from B on they have two.", early_blocks_of_a),
        mistake(
            column, "last_maxpool_missing", "there is no maxpool behind the last block: table 1 has five of them.",
            [](Configuration which) { return column_with(which, [](std::vector<Line>& lines) { lines.pop_back(); }); }),
        mistake(column, "doubles_to_the_end",
                "the last block has 1024 filters: the doubling ends with 512 in the fourth.",
                [](Configuration which) {
                    return column_with(which, [](std::vector<Line>& lines) {
                        for (std::size_t i = lines.size() - 2; lines[i].kind == Kind::conv; --i)
                            lines[i].filters = 1024;
                    });
                }),
        mistake(vgg_parameters, "biases_not_counted", "the biases are missing: one for every filter and every neuron.",
                [](const std::vector<Line>& lines, Index classes) {
                    return parameters_with(lines, classes, {.bias = 0, .dense_bias = 0});
                }),
        mistake(
            vgg_parameters, "biases_of_filters_not_counted",
            "the biases of the convolutions are missing: one for every filter.",
            [](const std::vector<Line>& lines, Index classes) { return parameters_with(lines, classes, {.bias = 0}); }),
        mistake(vgg_parameters, "biases_of_neurons_not_counted",
                "the biases of the dense layers are missing: one for every neuron.",
                [](const std::vector<Line>& lines, Index classes) {
                    return parameters_with(lines, classes, {.dense_bias = 0});
                }),
        mistake(vgg_parameters, "filters_of_one_channel",
                "the filters are counted with one channel: a filter is as deep as there are channels before it.",
                [](const std::vector<Line>& lines, Index classes) {
                    return parameters_with(lines, classes, {.forgets_channels = true});
                }),
        mistake(vgg_parameters, "one_hidden_layer", "only one dense layer of 4096 is counted: there are two.",
                [](const std::vector<Line>& lines, Index classes) {
                    return parameters_with(lines, classes, {.one_hidden = true});
                }),
        mistake(vgg_parameters, "classes_forgotten", "the last dense layer, one neuron a class, is not counted.",
                [](const std::vector<Line>& lines, Index classes) {
                    return parameters_with(lines, classes, {.forgets_last = true});
                }),
        mistake(vgg_parameters, "always_seven",
                "the first dense layer always reads 7×7: that is what five maxpools leave of 224, other columns leave "
                "something else.",
                [](const std::vector<Line>& lines, Index classes) {
                    return parameters_with(lines, classes, {.pads_to_seven = true});
                }),
    };
}

}  // namespace cnn::lab13::wrong
