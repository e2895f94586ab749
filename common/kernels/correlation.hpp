// The plan for a correlation: which tile, which bands, and who does what.
#pragma once
#include <functional>
#include <optional>
#include <vector>

#include "kernels/feed.hpp"
#include "kernels/tile.hpp"

namespace cnn::kernels {

// `rows` rows dealt out to `count` panels as evenly as whole numbers allow.
struct Panels {
    Index rows = 0, count = 0;
    Index first(Index panel) const { return rows * panel / count; }
    Index size(Index panel) const { return first(panel + 1) - first(panel); }
};

// The tile that gets through `rows` × `runs` vectors with the fewest wasted cycles.
struct TileChoice {
    Panels panels;
    Index vectors;
};
TileChoice choose_tile(Index rows, Index runs);
// The same among tiles of at most most_rows(vectors) rows.
TileChoice choose_tile(Index rows, Index runs, const std::function<Index(Index vectors)>& most_rows);

// Runs the tile over a panel of packed rows, `vectors` runs at a time. `job` has everything but runs.
void run_panel(TileJob job, Index rows, Index vectors, const std::vector<Run>& runs);

// Output rows that a band has, so that it fits in the second-level cache.
Index rows_of_a_band(const Correlation& shape);

class Correlator {
public:
    explicit Correlator(const Correlation& shape);

    const Correlation& shape() const { return shape_; }
    Index bands() const { return bands_; }
    const Panels& panels() const { return choice_.panels; }
    // Output rows of band `number`, for panels [first, last), into y, an image of planes of `y_plane` floats.
    void run(const float* image, const float* packed, const float* bias, Index number, Index first, Index last,
             float* y, Index y_plane) const;

private:
    struct Plan {
        Band band;
        std::vector<std::int32_t> steps;
        std::vector<Run> runs;
    };
    Plan plan(Index rows) const;

    Correlation shape_;
    Index band_rows_, bands_;
    std::optional<Plan> full_, last_;  // all bands but the last, and the last where it is shorter
    TileChoice choice_;
};

}  // namespace cnn::kernels
