// Principal components: the directions in which numbers vary together, and by how much.
#pragma once
#include "tensor/tensor.hpp"

namespace cnn::data {

struct PrincipalComponents {
    Tensor values;   // [D], the variances along the axes, largest first
    Tensor vectors;  // [D, D], one axis of length 1 a column; its largest component (in magnitude) is positive
};

// Eigenvalues and eigenvectors of a symmetric matrix [D, D], by Jacobi's rotations (Golub and Van Loan, Matrix
// Computations, section 8.5). Throws ShapeError where it is not square or not symmetric.
PrincipalComponents principal_components(const Tensor& covariance);

}  // namespace cnn::data
