using System.Net;

namespace PaymentGateway.Tests.Model;

/// <summary>
/// Carries the processor's messages about one merchant to the server, and does it badly: twice, late, in another order, without a receipt. Whatever
/// is late comes in the end, as often as it likes.
/// </summary>
internal sealed class Postman(Mishaps mishaps, HttpClient road)
{
    private const int KeptMax = 20;

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

    /// <returns>What the processor is told of it.</returns>
    public async Task<HttpStatusCode> Take(Letter letter)
    {
        switch (mishaps.Next($"message {Interlocked.Increment(ref carried)}"))
        {
            case Mishap.LateCall or Mishap.FailedBefore:
                Keep(held, letter);
                return HttpStatusCode.OK;
            case Mishap.LostCall:
                return HttpStatusCode.ServiceUnavailable;
            case Mishap.LostAnswer or Mishap.FailedAfter:
                await Carry(letter);
                return HttpStatusCode.GatewayTimeout;
            case Mishap.Garbled:
                await Carry(letter);
                return await Carry(letter);
            default:
                return await Carry(letter);
        }
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

        Keep(kept, letter);
        return response.StatusCode;
    }

    /// <summary>Several come at once now and then.</summary>
    private void Keep(List<Letter> letters, Letter letter)
    {
        lock (kept)
        {
            letters.Add(letter);
            if (letters == kept && kept.Count > KeptMax)
            {
                kept.RemoveAt(0);
            }
        }
    }
}

internal sealed record Letter(Uri To, byte[] Body, IReadOnlyList<(string Name, string Value)> Headers);
