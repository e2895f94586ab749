// Wrong answers of tasks 2.3 and 2.4, each with the sentence that names it.
#pragma once
#include "solutions/02-hog/picture_mistakes.hpp"

namespace cnn::lab02::wrong {

inline float sum_of_squares(const Tensor& v) {
    float sum = 0;
    for (const float value : v.values()) sum += value * value;
    return sum;
}

// Divided by length(v), cut, divided by length(v) again.
template <class F>
Tensor hys_with(Tensor v, const F& length, float most = 0.2f) {
    v *= 1 / length(v);
    v = each(std::move(v), [&](float value) { return std::min(value, most); });
    return v *= 1 / length(v);
}
inline float right_length(const Tensor& v) { return std::sqrt(sum_of_squares(v) + epsilon * epsilon); }

inline Mistakes hys_mistakes() {
    return {
        mistake(l2_hys, "not_cut", "nothing is cut at 0.2: this is plain L2.",
                [](const Tensor& v) { return hys_with(v, right_length, 1); }),
        mistake(l2_hys, "not_divided_again", "the vector is cut and left so: divide by its new length again.",
                [](const Tensor& v) {
                    Tensor y = v;
                    return each(y *= 1 / right_length(v), [](float value) { return std::min(value, 0.2f); });
                }),
        mistake(l2_hys, "cut_first", "the numbers are cut before they are divided: first the length, then the cut.",
                [](const Tensor& v) {
                    Tensor y = each(v, [](float value) { return std::min(value, 0.2f); });
                    return y *= 1 / right_length(y);
                }),
        mistake(
            l2_hys, "no_epsilon",
            "ε² is missing under the root: a block of zeros becomes 0/0, and one of nearly zeros gets length 1.",
            [](const Tensor& v) { return hys_with(v, [](const Tensor& x) { return std::sqrt(sum_of_squares(x)); }); }),
        mistake(l2_hys, "epsilon_outside", "ε is added to the length: its square belongs under the root.",
                [](const Tensor& v) {
                    return hys_with(v, [](const Tensor& x) { return std::sqrt(sum_of_squares(x)) + epsilon; });
                }),
        mistake(l2_hys, "epsilon_not_squared", "ε itself is added under the root: its square belongs there.",
                [](const Tensor& v) {
                    return hys_with(v, [](const Tensor& x) { return std::sqrt(sum_of_squares(x) + epsilon); });
                }),
        mistake(l2_hys, "no_root", "the numbers are divided by the square of the length: the root is missing.",
                [](const Tensor& v) {
                    return hys_with(v, [](const Tensor& x) { return sum_of_squares(x) + epsilon * epsilon; });
                }),
        mistake(l2_hys, "sum_instead_of_length",
                "the numbers are divided by their sum (L1): the length is the root of the sum of squares.",
                [](const Tensor& v) {
                    return hys_with(v, [](const Tensor& x) {
                        float sum = epsilon;
                        for (const float value : x.values()) sum += std::abs(value);
                        return sum;
                    });
                }),
    };
}

// The blocks with every step of `stride` cells; place(i, j, k) is where bin k of cell (i, j) goes.
template <class Place, class Normalize>
Tensor blocks_with(const Tensor& cells, Index block, Index stride, const Place& place, const Normalize& normalize) {
    normalize_blocks(cells, block);  // refuses what makes no sense
    const Index bins = cells.size(2);
    Tensor blocks({(cells.size(0) - block) / stride + 1, (cells.size(1) - block) / stride + 1, block * block * bins});
    for (Index r = 0; r < blocks.size(0); ++r)
        for (Index c = 0; c < blocks.size(1); ++c) {
            Tensor v({block * block * bins});
            for (Index i = 0; i < block; ++i)
                for (Index j = 0; j < block; ++j)
                    for (Index k = 0; k < bins; ++k) v(place(i, j, k)) = cells(r * stride + i, c * stride + j, k);
            v = normalize(v);
            for (Index d = 0; d < v.count(); ++d) blocks(r, c, d) = v(d);
        }
    return blocks;
}
// Where a number goes when it goes right.
struct InRows {
    Index block, bins;
    Index operator()(Index i, Index j, Index k) const { return (i * block + j) * bins + k; }
};

inline Mistakes block_mistakes() {
    return {
        mistake(normalize_blocks, "side_by_side",
                "the blocks lie side by side: they overlap, one begins at every cell.",
                [](const Tensor& cells, Index block) {
                    normalize_blocks(cells, block);
                    return blocks_with(cells, block, block, InRows{block, cells.size(2)}, l2_hys);
                }),
        mistake(normalize_blocks, "columns_first",
                "the cells of a block stand column by column, as in OpenCV: here they stand row by row.",
                [](const Tensor& cells, Index block) {
                    normalize_blocks(cells, block);
                    const Index bins = cells.size(2);
                    return blocks_with(
                        cells, block, 1, [&](Index i, Index j, Index k) { return (j * block + i) * bins + k; }, l2_hys);
                }),
        mistake(normalize_blocks, "bins_apart",
                "all first bins come first, then all second ones: a histogram's bins stay together.",
                [](const Tensor& cells, Index block) {
                    return blocks_with(
                        cells, block, 1, [&](Index i, Index j, Index k) { return (k * block + i) * block + j; },
                        l2_hys);
                }),
        mistake(normalize_blocks, "each_cell_by_itself",
                "every cell is normalized by itself: the cells of a block share one length.",
                [](const Tensor& cells, Index block) {
                    normalize_blocks(cells, block);
                    const Index bins = cells.size(2);
                    return blocks_with(cells, block, 1, InRows{block, bins}, [&](Tensor v) {
                        for (Index at = 0; at < v.count(); at += bins) {
                            const Tensor part =
                                l2_hys(Tensor({bins}, v.values().subspan(static_cast<std::size_t>(at),
                                                                         static_cast<std::size_t>(bins))));
                            for (Index k = 0; k < bins; ++k) v(at + k) = part(k);
                        }
                        return v;
                    });
                }),
        mistake(normalize_blocks, "not_normalized", "the blocks are put together, but not normalized.",
                [](const Tensor& cells, Index block) {
                    normalize_blocks(cells, block);
                    return blocks_with(cells, block, 1, InRows{block, cells.size(2)}, [](Tensor v) { return v; });
                }),
        mistake(normalize_blocks, "last_blocks_missing",
                "the last row and the last column of blocks are missing: R cells have room for R - block + 1 blocks.",
                [](const Tensor& cells, Index block) {
                    const Tensor all = normalize_blocks(cells, block);
                    Tensor some({all.size(0) - 1, all.size(1) - 1, all.size(2)});
                    for (Index r = 0; r < some.size(0); ++r)
                        for (Index c = 0; c < some.size(1); ++c)
                            for (Index d = 0; d < some.size(2); ++d) some(r, c, d) = all(r, c, d);
                    return some;
                }),
    };
}

// The size with other numbers of blocks: blocks(cells) along each axis.
template <class F>
Index size_with(Index height, Index width, const Settings& s, const F& blocks) {
    return blocks(height / s.cell) * blocks(width / s.cell) * s.block * s.block * s.bins;
}

inline Mistakes size_mistakes() {
    return {
        mistake(hog_size, "blocks_side_by_side", "the blocks are counted side by side: they overlap.",
                [](Index height, Index width, const Settings& s) {
                    return size_with(height, width, s, [&](Index cells) { return cells / s.block; });
                }),
        mistake(
            hog_size, "cells_only", "every cell counts once: it belongs to several blocks, and counts in each of them.",
            [](Index height, Index width, const Settings& s) { return (height / s.cell) * (width / s.cell) * s.bins; }),
        mistake(hog_size, "a_block_for_each_cell",
                "there are as many blocks as cells: a block cannot begin at the last cell.",
                [](Index height, Index width, const Settings& s) {
                    return size_with(height, width, s, [](Index cells) { return cells; });
                }),
        mistake(hog_size, "minus_times_minus",
                "where there is no room, the number of blocks is negative, and two negative ones make a positive size.",
                [](Index height, Index width, const Settings& s) {
                    return size_with(height, width, s, [&](Index cells) { return cells - s.block + 1; });
                }),
        mistake(hog_size, "cells_rounded_up", "a cell that is cut off at the border counts: only whole cells do.",
                [](Index height, Index width, const Settings& s) {
                    return hog_size((height + s.cell - 1) / s.cell * s.cell, (width + s.cell - 1) / s.cell * s.cell, s);
                }),
    };
}

inline Tensor in_a_row(const Tensor& x) { return x.reshaped({x.count()}); }

inline Mistakes descriptor_mistakes() {
    return {
        mistake(hog, "columns_of_blocks",
                "the blocks stand column by column, as in OpenCV: here they stand row by row.",
                [](const Image& p, const Settings& s) {
                    const Tensor right = hog(p, s);
                    const Index columns = p.width / s.cell - s.block + 1, length = s.block * s.block * s.bins;
                    const Index rows = right.count() / length / columns;
                    Tensor y(right.shape());
                    for (Index r = 0; r < rows; ++r)
                        for (Index c = 0; c < columns; ++c)
                            for (Index d = 0; d < length; ++d)
                                y((c * rows + r) * length + d) = right((r * columns + c) * length + d);
                    return y;
                }),
        mistake(hog, "not_in_a_row",
                "these are the blocks [R, C, numbers] as they were: the descriptor is one row of numbers, "
                "x.reshaped({x.count()}).",
                [](const Image& p, const Settings& s) {
                    return normalize_blocks(cell_histograms(strongest_gradient(p), s), s.block);
                }),
        mistake(hog, "cells_in_a_row", "these are the histograms of the cells: the blocks are missing.",
                [](const Image& p, const Settings& s) {
                    hog(p, s);
                    return in_a_row(cell_histograms(strongest_gradient(p), s));
                }),
        mistake(hog, "default_settings", "the settings are not passed on: this is the descriptor of the usual ones.",
                [](const Image& p, const Settings& s) {
                    hog(p, s);
                    return hog(p, {});
                }),
        mistake(hog, "gray_first", "the picture is turned gray first: every pixel takes its strongest channel (2.1).",
                [](const Image& p, const Settings& s) { return hog(cnn::to_gray(p), s); }),
        mistake(hog, "normalized_once_more",
                "the whole descriptor is normalized once more: each block has been already.",
                [](const Image& p, const Settings& s) { return l2_hys(hog(p, s)); }),
    };
}

}  // namespace cnn::lab02::wrong
