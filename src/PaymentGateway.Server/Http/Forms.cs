namespace PaymentGateway.Http;

/// <summary>Reads the forms that browsers send.</summary>
public static class Forms
{
    /// <returns>Null: there is no form, or none that can be read.</returns>
    /// <exception cref="RefusedException">Card data is in it.</exception>
    public static async Task<IFormCollection?> Read(HttpRequest request, CancellationToken cancel)
    {
        var form = await ReadAsSent(request, cancel);
        return form is not null && request.HttpContext.GetEndpoint()?.Metadata.GetMetadata<TakesCardData>() is null
            && CardDataGuard.Find(form) is { } field
            ? throw new RefusedException(Refusal.Field(Errors.CardDataRefused, field, CardDataWall.Advice))
            : form;
    }

    /// <summary>As <see cref="Read"/>, for pages that tell their visitor themselves: they look for card data before anything else.</summary>
    public static async Task<IFormCollection?> ReadAsSent(HttpRequest request, CancellationToken cancel)
    {
        if (!request.HasFormContentType)
        {
            return null;
        }

        try
        {
            return await request.ReadFormAsync(cancel);
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }
}
