// The roofline model (Williams, Waterman, Patterson: "Roofline: an insightful visual performance model for multicore
// architectures", Communications of the ACM 52(4), 2009): how fast an operation runs, over how much it computes for
// each byte that has to come from memory; and the roof no program on this machine gets above.
#pragma once
#include <string>
#include <vector>

#include "plot/figure.hpp"

namespace cnn::plot {

// What the machine was measured to do: arithmetic in registers, and copying large arrays.
struct Machine {
    double gflops, gigabytes;  // a second; 10⁹ each

    // FLOP/s at so many FLOP a byte: memory is the limit left of gflops / gigabytes, arithmetic right of it.
    double roof(double intensity) const;
};

// One operation: FLOP for each byte that must be read or written once, and GFLOP/s.
struct RooflinePoint {
    double intensity, gflops;
    std::string name = {};  // written under the lowest point of this intensity
};
struct RooflineSeries {
    std::string name;  // of the program: "kernels"
    std::vector<RooflinePoint> points;
};

struct Roofline {
    std::string title;
    Machine machine;
    std::vector<RooflineSeries> series;
};

// Both axes logarithmic. Draw it with draw(). Throws ShapeError unless the machine's figures and all points are above
// 0.
Figure roofline_figure(const Roofline& roofline);

}  // namespace cnn::plot
