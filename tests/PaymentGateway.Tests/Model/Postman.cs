using System.Net;

namespace PaymentGateway.Tests.Model;

/// <summary>
/// Carries the processor's messages to the server, and does it badly: twice, late, in another order, without a receipt. Whatever is late
/// comes in the end, as often as it likes.
/// </summary>
internal sealed class Postman(Mishaps mishaps) : HttpMessageHandler
{
    private const int KeptMax = 20;

    private readonly HttpClient road = new();
    private readonly List<Letter> held = [];
    private readonly List<Letter> kept = [];
    private int carried;

    public int Held => held.Count;

    /// <summary>The server's answer to a message when it was none that it should ever give.</summary>
    public string? BadAnswer { get; private set; }

    /// <summary>Delivers some of what is held, the newest first as likely as the oldest, and now and then an old one once more.</summary>
    public async Task<int> Deliver(Random dice, bool all)
    {
        var count = 0;
        while (held.Count > 0 && (all || count == 0 || dice.Next(2) == 0))
        {
            var letter = dice.Pick(held);
            if (all || dice.Next(4) > 0)
            {
                held.Remove(letter);
            }

            await Carry(letter);
            count++;
        }

        if (kept.Count > 0 && dice.Next(2) == 0)
        {
            await Carry(dice.Pick(kept));
            count++;
        }

        return count;
    }

    public void EndSequence()
    {
        held.Clear();
        kept.Clear();
        (BadAnswer, carried) = (null, 0);
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var letter = new Letter(
            request.RequestUri!, await request.Content!.ReadAsByteArrayAsync(cancellationToken),
            [.. request.Headers.Select(header => (header.Key, header.Value.First()))]);
        switch (mishaps.Next($"message {++carried}"))
        {
            case Mishap.LateCall or Mishap.FailedBefore:
                held.Add(letter);
                return new HttpResponseMessage(HttpStatusCode.OK);
            case Mishap.LostCall:
                return new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);
            case Mishap.LostAnswer or Mishap.FailedAfter:
                await Carry(letter);
                return new HttpResponseMessage(HttpStatusCode.GatewayTimeout);
            case Mishap.Garbled:
                await Carry(letter);
                return new HttpResponseMessage(await Carry(letter));
            default:
                return new HttpResponseMessage(await Carry(letter));
        }
    }

    protected override void Dispose(bool disposing)
    {
        road.Dispose();
        base.Dispose(disposing);
    }

    private async Task<HttpStatusCode> Carry(Letter letter)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, letter.To) { Content = new ByteArrayContent(letter.Body) };
        request.Content.Headers.ContentType = new("application/json");
        foreach (var (name, value) in letter.Headers)
        {
            request.Headers.Add(name, value);
        }

        using var response = await road.SendAsync(request);
        if (response.StatusCode >= HttpStatusCode.InternalServerError)
        {
            BadAnswer ??= $"a message of the processor was answered {(int)response.StatusCode}: {System.Text.Encoding.UTF8.GetString(letter.Body)}";
        }

        kept.Add(letter);
        if (kept.Count > KeptMax)
        {
            kept.RemoveAt(0);
        }

        return response.StatusCode;
    }

    private sealed record Letter(Uri To, byte[] Body, IReadOnlyList<(string Name, string Value)> Headers);
}
