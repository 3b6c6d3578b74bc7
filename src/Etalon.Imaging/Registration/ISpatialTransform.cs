namespace Etalon.Imaging.Registration;

/// <summary>Takes points of one image to points of another, patient coordinates (LPS), mm.</summary>
public interface ISpatialTransform
{
    /// <summary>Where a point goes.</summary>
    Vector3 Apply(Vector3 point);
}
