using System.Text.Json;
using PaymentGateway.Commit;
using PaymentGateway.Database;

namespace PaymentGateway.Mandates;

/// <summary>All SQL that writes mandates and what counts against them. It comes before payments: whoever loses a race loses it here.</summary>
internal static class MandateRows
{
    /// <summary>
    /// Holds a mandate while it is debited: it must be active until the debit is committed. Debits do not hinder one another;
    /// a revocation waits for them, and they for it.
    /// </summary>
    internal static readonly RowWriter<MandateDebit> Hold = RowWriter<MandateDebit>.Guard("mandates.hold", 11, d => d.ChargeId,
        """
        SELECT r.charge_id
        FROM unnest($1, $2) AS r (charge_id, mandate_id)
        JOIN mandates.mandates m ON m.id = r.mandate_id
        WHERE m.state = 'active'
        FOR SHARE OF m
        """,
        RowWriter<MandateDebit>.Column(d => d.ChargeId),
        RowWriter<MandateDebit>.Column(d => d.Mandate.Id));

    /// <summary>Counts a debit in its period; conflicts when there is no place left.</summary>
    internal static readonly RowWriter<MandateDebit> Count = RowWriter<MandateDebit>.Guard("mandates.count", 12, KeyOfPeriod,
        """
        INSERT INTO mandates.periods AS p (mandate_id, merchant_id, mode, period_start, uses, uses_max)
        SELECT mandate_id, merchant_id, mode, period_start, 1, uses_max
        FROM unnest($1, $2, $3, $4, $5) AS r (mandate_id, merchant_id, mode, period_start, uses_max)
        ON CONFLICT (mandate_id, period_start) DO UPDATE
        SET uses = p.uses + 1
        WHERE p.uses_max IS NULL OR p.uses < p.uses_max
        RETURNING p.mandate_id || '/' || to_char(p.period_start, 'YYYY-MM-DD')
        """,
        RowWriter<MandateDebit>.Column(d => d.Mandate.Id),
        RowWriter<MandateDebit>.Column(d => d.Mandate.Tenant.MerchantId),
        RowWriter<MandateDebit>.Column(d => d.Mandate.Tenant.Mode.ToSql()),
        RowWriter<MandateDebit>.Column(d => d.PeriodStart),
        RowWriter<MandateDebit>.Column(d => d.Mandate.UsesMax));

    /// <summary>Conflicts when another debit uses the notice.</summary>
    internal static readonly RowWriter<MandateDebit> UseNotice = RowWriter<MandateDebit>.Guard("mandates.notices", 14, d => d.NoticeId!,
        """
        UPDATE mandates.notices AS n
        SET charge_id = r.charge_id
        FROM unnest($1, $2) AS r (id, charge_id)
        WHERE n.id = r.id AND n.charge_id IS NULL
        RETURNING n.id
        """,
        RowWriter<MandateDebit>.Column(d => d.NoticeId),
        RowWriter<MandateDebit>.Column(d => d.ChargeId));

    internal static readonly RowWriter<MandateDebit> InsertDebit = RowWriter<MandateDebit>.Append("mandates.debits.insert", 16, d => d.ChargeId,
        """
        INSERT INTO mandates.debits
            (charge_id, merchant_id, mode, mandate_id, period_start, amount, currency, amount_max, created_at, counts)
        SELECT *, true FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9)
        """,
        RowWriter<MandateDebit>.Column(d => d.ChargeId),
        RowWriter<MandateDebit>.Column(d => d.Mandate.Tenant.MerchantId),
        RowWriter<MandateDebit>.Column(d => d.Mandate.Tenant.Mode.ToSql()),
        RowWriter<MandateDebit>.Column(d => d.Mandate.Id),
        RowWriter<MandateDebit>.Column(d => d.PeriodStart),
        RowWriter<MandateDebit>.Column(d => d.Amount.Minor),
        RowWriter<MandateDebit>.Column(d => d.Amount.Currency.Code),
        RowWriter<MandateDebit>.Column(d => d.Mandate.AmountMax.Minor),
        RowWriter<MandateDebit>.Column(d => d.When));

    /// <summary>Gives the use of a debit that took nothing back; its payment's version guards it, as all three of these.</summary>
    internal static readonly RowWriter<EndedDebit> Uncount = RowWriter<EndedDebit>.Append("mandates.count.release", 13, d => d.ChargeId,
        """
        UPDATE mandates.periods AS p
        SET uses = p.uses - d.uses
        FROM (
            SELECT mandate_id, period_start, count(*)::integer AS uses
            FROM mandates.debits
            WHERE charge_id = ANY ($1) AND counts
            GROUP BY mandate_id, period_start
        ) AS d
        WHERE p.mandate_id = d.mandate_id AND p.period_start = d.period_start
        """,
        RowWriter<EndedDebit>.Column(d => d.ChargeId));

    /// <summary>A debit that was declined may be tried once more under the same notice; one that came back may not.</summary>
    internal static readonly RowWriter<EndedDebit> ReleaseNotice = RowWriter<EndedDebit>.Append("mandates.notices.release", 15, d => d.ChargeId,
        """
        UPDATE mandates.notices AS n
        SET charge_id = NULL
        FROM unnest($1) AS r (charge_id)
        WHERE n.charge_id = r.charge_id
        """,
        RowWriter<EndedDebit>.Column(d => d.ChargeId));

    internal static readonly RowWriter<EndedDebit> EndDebit = RowWriter<EndedDebit>.Append("mandates.debits.end", 19, d => d.ChargeId,
        """
        UPDATE mandates.debits AS d
        SET counts = false
        FROM unnest($1) AS r (charge_id)
        WHERE d.charge_id = r.charge_id
        """,
        RowWriter<EndedDebit>.Column(d => d.ChargeId));

    internal static readonly RowWriter<Mandate> Insert = RowWriter<Mandate>.Guard("mandates.insert", 26, m => m.Id,
        """
        INSERT INTO mandates.mandates (id, merchant_id, mode, customer_id, type, state, connector, currency, amount_max, frequency, uses_max,
            category, starts_at, ends_at, notice_hours, acceptance, accepted_at, acceptance_ip, acceptance_user_agent, description, metadata,
            behaviour, created_at, called_at, check_at, checks, version)
        SELECT *, 0, 1
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25)
        ON CONFLICT (id) DO NOTHING
        RETURNING id
        """,
        RowWriter<Mandate>.Column(m => m.Id),
        RowWriter<Mandate>.Column(m => m.Tenant.MerchantId),
        RowWriter<Mandate>.Column(m => m.Tenant.Mode.ToSql()),
        RowWriter<Mandate>.Column(m => m.CustomerId),
        RowWriter<Mandate>.Column(m => Words.Of(m.Type)),
        RowWriter<Mandate>.Column(m => Words.Of(m.State)),
        RowWriter<Mandate>.Column(m => m.Connector),
        RowWriter<Mandate>.Column(m => m.AmountMax.Currency.Code),
        RowWriter<Mandate>.Column(m => m.AmountMax.Minor),
        RowWriter<Mandate>.Column(m => Words.Of(m.Frequency)),
        RowWriter<Mandate>.Column(m => m.UsesMax),
        RowWriter<Mandate>.Column(m => Words.Of(m.Category)),
        RowWriter<Mandate>.Column(m => m.StartsAt),
        RowWriter<Mandate>.Column(m => m.EndsAt),
        RowWriter<Mandate>.Column(m => (int)m.Notice.TotalHours),
        RowWriter<Mandate>.Column(m => m.Acceptance.IsOnline ? "online" : "offline"),
        RowWriter<Mandate>.Column(m => m.Acceptance.AcceptedAt),
        RowWriter<Mandate>.Column(m => m.Acceptance.IpAddress),
        RowWriter<Mandate>.Column(m => m.Acceptance.UserAgent),
        RowWriter<Mandate>.Column(m => m.Description),
        RowWriter<Mandate>.Column(m => m.Metadata),
        RowWriter<Mandate>.Column(m => m.Behaviour),
        RowWriter<Mandate>.Column(m => m.CreatedAt),
        RowWriter<Mandate>.Column(m => m.CalledAt),
        RowWriter<Mandate>.Column(m => m.CheckAt));

    internal static readonly RowWriter<Mandate> Update = RowWriter<Mandate>.Guard("mandates.update", 27, m => m.Id,
        """
        UPDATE mandates.mandates AS m
        SET state = r.state, summary = r.summary, reference = r.reference, next_action = r.next_action, failure_code = r.failure_code,
            failure_reason = r.failure_reason, processor_code = r.processor_code, revoke_reason = r.revoke_reason, called_at = r.called_at,
            check_at = r.check_at, claimed_until = NULL, checks = r.checks, activated_at = r.activated_at, closed_at = r.closed_at,
            version = m.version + 1
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) AS r
            (id, version, state, summary, reference, next_action, failure_code, failure_reason, processor_code, revoke_reason, called_at,
             check_at, checks, activated_at, closed_at)
        WHERE m.id = r.id AND m.version = r.version
        RETURNING m.id
        """,
        RowWriter<Mandate>.Column(m => m.Id),
        RowWriter<Mandate>.Column(m => m.Version),
        RowWriter<Mandate>.Column(m => Words.Of(m.State)),
        RowWriter<Mandate>.Column(m => m.Summary is null ? null : JsonSerializer.Serialize(m.Summary, JsonSerializerOptions.Web)),
        RowWriter<Mandate>.Column(m => m.Reference),
        RowWriter<Mandate>.Column(m => m.NextAction?.ToJson()),
        RowWriter<Mandate>.Column(m => m.FailureCode),
        RowWriter<Mandate>.Column(m => m.FailureReason),
        RowWriter<Mandate>.Column(m => m.ProcessorCode),
        RowWriter<Mandate>.Column(m => m.RevokeReason),
        RowWriter<Mandate>.Column(m => m.CalledAt),
        RowWriter<Mandate>.Column(m => m.CheckAt),
        RowWriter<Mandate>.Column(m => m.Checks),
        RowWriter<Mandate>.Column(m => m.ActivatedAt),
        RowWriter<Mandate>.Column(m => m.ClosedAt));

    /// <summary>
    /// Takes what is personal from the mandates of a deleted customer, and makes those that are open due: the resolver revokes them. The
    /// version moves on, so whoever has read a row before writes nothing of it afterwards.
    /// </summary>
    internal static readonly RowWriter<(Tenant Tenant, string CustomerId, DateTimeOffset When)> Erase =
        RowWriter<(Tenant Tenant, string CustomerId, DateTimeOffset When)>.Append("mandates.erase", 27, r => r.CustomerId,
            """
            UPDATE mandates.mandates AS m
            SET acceptance_ip = NULL, acceptance_user_agent = NULL, description = NULL, metadata = '{}', erased = true,
                summary = (m.summary::jsonb - 'vpa')::text, version = m.version + 1,
                check_at = CASE WHEN m.state IN ('submitted', 'pending', 'active') THEN r.now ELSE m.check_at END
            FROM unnest($1, $2, $3, $4) AS r (merchant_id, mode, customer_id, now)
            WHERE m.merchant_id = r.merchant_id AND m.mode = r.mode AND m.customer_id = r.customer_id
            """,
            RowWriter<(Tenant Tenant, string CustomerId, DateTimeOffset When)>.Column(r => r.Tenant.MerchantId),
            RowWriter<(Tenant Tenant, string CustomerId, DateTimeOffset When)>.Column(r => r.Tenant.Mode.ToSql()),
            RowWriter<(Tenant Tenant, string CustomerId, DateTimeOffset When)>.Column(r => r.CustomerId),
            RowWriter<(Tenant Tenant, string CustomerId, DateTimeOffset When)>.Column(r => r.When));

    internal static readonly RowWriter<Notice> InsertNotice = RowWriter<Notice>.Append("mandates.notices.insert", 28, n => n.Id,
        """
        INSERT INTO mandates.notices (id, merchant_id, mode, mandate_id, amount, currency, created_at, debit_from, debit_until)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9)
        """,
        RowWriter<Notice>.Column(n => n.Id),
        RowWriter<Notice>.Column(n => n.Tenant.MerchantId),
        RowWriter<Notice>.Column(n => n.Tenant.Mode.ToSql()),
        RowWriter<Notice>.Column(n => n.MandateId),
        RowWriter<Notice>.Column(n => n.Amount.Minor),
        RowWriter<Notice>.Column(n => n.Amount.Currency.Code),
        RowWriter<Notice>.Column(n => n.CreatedAt),
        RowWriter<Notice>.Column(n => n.DebitFrom),
        RowWriter<Notice>.Column(n => n.DebitUntil));

    private static string KeyOfPeriod(MandateDebit debit) => $"{debit.Mandate.Id}/{debit.PeriodStart:yyyy-MM-dd}";
}

/// <summary>A debit that took nothing, or whose money went back.</summary>
internal sealed record EndedDebit(string ChargeId);
