// Sums and straight lines over one channel of a batch, with vectors: what batch normalisation and averages are made of.
#pragma once
#include "tensor/shape.hpp"

namespace cnn::kernels {

// The planes of one channel: `planes` of them, `pixels` numbers each, `pitch` numbers from one to the next.
struct Channel {
    Index planes, pixels, pitch;
};
// y = scale · x + shift, and max(y, 0) with relu.
struct Line {
    float scale, shift;
    bool relu = false;
};

// Sums run in floats within a plane and in double precision from plane to plane, in an order that the sizes alone set.
double sum(const float* x, Index count);

struct Moments {
    double mean = 0, variance = 0;  // which divides by the number of pixels
};
Moments moments(const float* x, const Channel& channel);

// to may be x.
void draw_line(const float* x, const Channel& channel, const Line& line, float* to);

// Σ dy and Σ dy · (x - mean), where dy counts as zero wherever the line with relu is not positive.
struct SlopeSums {
    double dy = 0, dy_x = 0;
};
SlopeSums slope_sums(const float* dy, const float* x, const Channel& channel, float mean, const Line& line);

// dy = a · dy + b · x + c, with the same dy.
struct Mixture {
    float a, b, c;
};
void mix(const float* x, const Channel& channel, const Mixture& mixture, const Line& line, float* dy);

}  // namespace cnn::kernels
