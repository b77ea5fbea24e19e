using System.Text.Json;

namespace PaymentGateway.Tests.Model;

/// <summary>Takes in what the processor sends, and hands it to the postman of the merchant whom it is about.</summary>
internal sealed class PostOffice(Func<string, Postman> postmanOf) : HttpMessageHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = await request.Content!.ReadAsByteArrayAsync(cancellationToken);
        var letter = new Letter(request.RequestUri!, body, [.. request.Headers.Select(header => (header.Key, header.Value.First()))]);
        using var json = JsonDocument.Parse(body);
        return new HttpResponseMessage(await postmanOf(json.RootElement.GetProperty("merchantId").GetString()!).Take(letter));
    }
}
