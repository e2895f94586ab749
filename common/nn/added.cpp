#include "nn/added.hpp"

namespace cnn::nn {

template Sequential& Sequential::add(std::string, Conv2d);
template Sequential& Sequential::add(Conv2d);
template Sequential& Sequential::add(std::string, Dense);
template Sequential& Sequential::add(Dense);
template Sequential& Sequential::add(std::string, MaxPool2d);
template Sequential& Sequential::add(MaxPool2d);
template Sequential& Sequential::add(std::string, AveragePool2d);
template Sequential& Sequential::add(AveragePool2d);
template Sequential& Sequential::add(std::string, AdaptiveAvgPool2d);
template Sequential& Sequential::add(AdaptiveAvgPool2d);
template Sequential& Sequential::add(std::string, Flatten);
template Sequential& Sequential::add(Flatten);
template Sequential& Sequential::add(std::string, ReLU);
template Sequential& Sequential::add(ReLU);
template Sequential& Sequential::add(std::string, Tanh);
template Sequential& Sequential::add(Tanh);
template Sequential& Sequential::add(std::string, Dropout);
template Sequential& Sequential::add(Dropout);
template Sequential& Sequential::add(std::string, BatchNorm2d);
template Sequential& Sequential::add(BatchNorm2d);
template Sequential& Sequential::add(std::string, LocalResponseNorm);
template Sequential& Sequential::add(LocalResponseNorm);
template Sequential& Sequential::add(std::string, Residual);
template Sequential& Sequential::add(Residual);
template Sequential& Sequential::add(std::string, Branches);
template Sequential& Sequential::add(Branches);
template Sequential& Sequential::add(std::string, Sequential);
template Sequential& Sequential::add(Sequential);

}  // namespace cnn::nn
