namespace PaymentGateway.Http;

/// <summary>
/// A refusal found while a handler's parameters are bound, where nothing can be returned. Thrown and caught inside this area only.
/// </summary>
internal sealed class RefusedException(Refusal refusal) : Exception(refusal.Kind.Code)
{
    public Refusal Refusal => refusal;
}
